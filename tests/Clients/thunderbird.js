// Run inside Thunderbird: makes an account from the server's autoconfig document, as "Add Mail Account" does, and works with it.
// Arguments: what to do ("work" or "wait"), where the document is, address, key, certificate authority (base64 of DER). Returns what it saw.
const [task, autoconfig, address, key, authority, done] = arguments;

const { AccountConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/AccountConfig.sys.mjs");
const { CreateInBackend } = ChromeUtils.importESModule("resource:///modules/accountcreation/CreateInBackend.sys.mjs");
const { JXON } = ChromeUtils.importESModule("resource:///modules/JXON.sys.mjs");
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { readFromXML } = ChromeUtils.importESModule("resource:///modules/accountcreation/readFromXML.sys.mjs");

const make = (contract, type) => Cc[contract].createInstance(type);

// Resolves when a URL of Thunderbird has run, or a copy has ended.
const listener = (what, start) =>
  new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`It did not end: ${what}`)), 20_000);
    const end = status => (Components.isSuccessCode(status) ? resolve() : reject(new Error(`0x${status.toString(16)}`)));
    start({
      QueryInterface: ChromeUtils.generateQI(["nsIUrlListener", "nsIMsgCopyServiceListener", "nsIMsgSendListener"]),
      OnStartRunningUrl() {},
      OnStopRunningUrl: (_, status) => end(status),
      onStartCopy() {},
      onProgress() {},
      setMessageKey() {},
      getMessageId: () => "",
      onStopCopy: end,
      onStartSending() {},
      onSendProgress() {},
      onStatus() {},
      onStopSending: (_, status) => Components.isSuccessCode(status) || end(status),
      onGetDraftFolderURI() {},
      onSendNotPerformed: (_, status) => end(status),
      onTransportSecurityError: (_, status) => end(status),
    });
  });

const until = async (holds, what) => {
  for (let tries = 0; tries < 600; tries++) {
    const value = holds();
    if (value) {
      return value;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`It never came to this: ${what}`);
};

async function createAccount() {
  Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(authority, "C,,");
  const text = await (await fetch(autoconfig)).text();
  const config = readFromXML(JXON.build(new DOMParser().parseFromString(text, "text/xml")), "test");
  AccountConfig.replaceVariables(config, "Agent", address, key);
  config.rememberPassword = true;
  return CreateInBackend.createAccountInBackend(config);
}

const subjects = folder => [...folder.messages].map(message => message.mime2DecodedSubject);
const find = (folder, subject) => [...folder.messages].find(message => message.mime2DecodedSubject == subject);

function read(folder, message) {
  return new Promise((resolve, reject) => {
    const text = [];
    const stream = make("@mozilla.org/scriptableinputstream;1", Ci.nsIScriptableInputStream);
    MailServices.messageServiceFromURI(folder.getUriForMsg(message)).streamMessage(
      folder.getUriForMsg(message),
      {
        QueryInterface: ChromeUtils.generateQI(["nsIStreamListener", "nsIRequestObserver"]),
        onStartRequest() {},
        onDataAvailable(_, input, __, count) {
          stream.init(input);
          text.push(stream.readBytes(count));
        },
        onStopRequest: (_, status) => (Components.isSuccessCode(status) ? resolve(text.join("")) : reject(new Error(`0x${status.toString(16)}`))),
      },
      null, null, false, "", false);
  });
}

function send(account, mode, subject, body) {
  const identity = account.defaultIdentity;
  const fields = make("@mozilla.org/messengercompose/composefields;1", Ci.nsIMsgCompFields);
  fields.from = MailServices.headerParser.makeMimeAddress(identity.fullName, identity.email);
  fields.to = identity.email;
  fields.subject = subject;
  return listener(`sending ${subject}`, told => make("@mozilla.org/messengercompose/send;1", Ci.nsIMsgSend).createAndSendMessage(
    null, identity, account.key, fields, false, false, mode, null, "text/plain", body, null, null, told, null, null, Ci.nsIMsgCompType.New));
}

// Asks again and again: what puts a message into the folder may reach the server later than the first question,
// and Thunderbird does not say when it has brought a folder up to date if it is at that already.
function open(folder, subject) {
  let tries = 0;
  return until(() => {
    if (tries++ % 20 == 0) {
      folder.updateFolder(null);
    }
    return find(folder, subject);
  }, `${subject} is in ${folder.name}`);
}

async function work() {
  const account = await createAccount();
  const server = account.incomingServer;
  await listener("finding the folders", told => MailServices.imap.discoverAllFolders(server.rootFolder, told, null));
  const folder = flag => server.rootFolder.getFolderWithFlags(flag);
  const inbox = folder(Ci.nsMsgFolderFlags.Inbox);
  const seen = { folders: server.rootFolder.subFolders.map(each => each.name).sort() };

  const greeting = await open(inbox, "Grüße");
  seen.text = await read(inbox, greeting);
  inbox.markMessagesRead([greeting], true);

  // Comes back to the INBOX of this inbox, and IDLE tells: nobody asks.
  await send(account, Ci.nsIMsgSend.nsMsgDeliverNow, "Sent by Thunderbird", "Hello\r\n");
  const arrived = await until(() => find(inbox, "Sent by Thunderbird"), "IDLE tells of the new message");
  const sent = folder(Ci.nsMsgFolderFlags.SentMail);
  await open(sent, "Sent by Thunderbird");
  seen.sent = subjects(sent);

  await send(account, Ci.nsIMsgSend.nsMsgSaveAsDraft, "A draft", "Not yet\r\n");
  await open(folder(Ci.nsMsgFolderFlags.Drafts), "A draft");

  inbox.deleteMessages([arrived], null, false, false, null, false);
  await open(folder(Ci.nsMsgFolderFlags.Trash), "Sent by Thunderbird");
  seen.left = subjects(inbox);
  server.closeCachedConnections();
  return seen;
}

// Thunderbird opens an INBOX without messages, then waits: IDLE must report new mail. Nothing else may make Thunderbird check the INBOX.
async function wait() {
  const account = await createAccount();
  const server = account.incomingServer;
  server.doBiff = false;
  await listener("finding the folders", told => MailServices.imap.discoverAllFolders(server.rootFolder, told, null));
  const inbox = server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox).QueryInterface(Ci.nsIMsgImapMailFolder);
  await listener("opening an empty INBOX", told => inbox.updateFolderWithListener(null, told));
  const before = subjects(inbox);

  await send(account, Ci.nsIMsgSend.nsMsgDeliverNow, "News", "Hello\r\n");
  const sent = Date.now();
  await until(() => find(inbox, "News"), "IDLE reports the new message");
  const seen = { before, after: subjects(inbox), milliseconds: Date.now() - sent };
  server.closeCachedConnections();
  return seen;
}

({ work, wait })[task]().then(seen => done({ seen }), failure => done({ failure: `${failure}\n${failure.stack}` }));
