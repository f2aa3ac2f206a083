using System.Text.RegularExpressions;

namespace AgentPost.Mime.Findings;

/// <summary>The words around one-time codes, in the languages of the test corpus.</summary>
static class CodeWords
{
    const RegexOptions Options = RegexOptions.Compiled | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // Names of a code. In languages with compound words, another word can precede the name.
    static readonly string[] Names =
    [
        // English, and loanwords from English in other languages.
        @"\b(?:pass|log-?in|sign-?in|security-?)?codes?\b", @"\bpin\b", @"\botps?\b", @"\b2fa\b", @"\btan\b",
        @"\bone-?time (?:password|pin|passcode|key|login)\b", @"\bverification number\b",
        // German, Dutch, Swedish, Danish, Norwegian, Finnish
        @"\b\w{2,20}-?code[ns]?\b", @"\beinmal(?:passwort|kennwort|pin|schlüssel)\b", @"\bbestätigungsnummer\b",
        @"\beenmalig(?:e)? wachtwoord\b",
        @"\b\w{0,20}kod(?:en|er)?\b", @"\b\w{0,20}kode[nr]?\b", @"\bengångslösenord(?:et)?\b",
        @"\bengangsadgangskode\b", @"\b\w{0,20}koodi(?:si|nne|n)?\b", @"\bkertakäyttösalasana\b",
        // French, Spanish, Portuguese, Italian, Romanian
        @"\bcódigos?\b", @"\bcodigo\b", @"\bclave (?:dinámica|temporal|de acceso|de un solo uso)\b",
        @"\bcontraseña (?:temporal|de un solo uso)\b", @"\bsenha (?:temporária|de uso único)\b",
        @"\bmot de passe (?:à usage )?(?:unique|temporaire)\b", @"\bcodic[ei]\b",
        @"\bpassword (?:monouso|temporanea)\b", @"\bcod(?:ul|ului)?\b", @"\bparol[aă] (?:unică|temporară)\b",
        // Polish, Czech, Slovak, Hungarian, Turkish, Indonesian, Vietnamese
        @"\bkod(?:u|em|y)?\b", @"\bhasło jednorazowe\b", @"\bkód(?:u|em|ja|ját|ot|od)?\b", @"\bjednorázové heslo\b",
        @"\b\w{0,20}kód(?:ja|ját|od|odat)?\b",
        @"\bkod(?:u|unu|unuz|unuzu|un)\b", @"\bşifre(?:niz|si|nizi)?\b", @"\bparola(?:nız)?\b", @"\bkode\b",
        @"\bmã(?= )",
        // Russian, Ukrainian, Bulgarian, Greek
        @"\bкод(?:а|ом|у|ът)?\b", @"\bодноразовый пароль\b", @"\bκωδικ(?:ός|ό|ού)\b",
        // Japanese, Chinese, Korean
        "コード", "認証番号", "確認番号", "暗証番号", "ワンタイムパスワード", "验证码", "驗證碼", "校验码", "动态码", "动态密码", "确认码", "確認碼", "安全码", "認證碼",
        "代码", "一次性密码",
        "인증번호", "인증 ?코드", "확인 ?코드", "코드", "일회용 비밀번호",
        // Arabic, Persian, Hebrew, Hindi, Thai
        "رمز", "كود", "کد", "קוד", "कोड", "ओटीपी", "รหัส",
    ];

    // Codes for other purposes, and numbers that are not codes. The number that follows is not the code of the message.
    static readonly string[] Others =
    [
        @"\b(?:promo(?:tion(?:al)?)?|discount|coupon|voucher|gift|zip|postal|area|country|error|status|exit|"
        + @"source|booking|tracking|product|referral|color|dress|sort|swift|branch|q ?r)[ -]?(?:card )?codes?\b",
        @"\b(?:gutschein|rabatt|aktions|buchungs|fehler|bar|qr-?|post|kortings|kampanj|rabat|zip|länder|encode|"
        + @"decode|uni|opencode|byte)-?(?:code|kod|kode)[ns]?\b",
        @"\bcode (?:promo(?:tionnel)?|postal|de réduction|erreur|client|pays|review|base)\b",
        @"\bcódigo (?:postal|promocional|de descuento|de reserva|de cliente|de error|de desconto|do cliente)\b",
        @"\bcodice (?:postale|sconto|promozionale|cliente|fiscale|prenotazione)\b",
        @"\bkod (?:pocztowy|rabatowy|promocyjny|klienta)\b", @"\bpromosyon kodu\b", @"\bposta kodu\b",
        @"\bindirim kodu\b", @"\bcod (?:poștal|promoțional|client)\b",
        @"\bкод (?:города|товара|клиента)\b", @"\bпромокод\w*\b", "优惠码", "邮政编码", "折扣码", "プロモーションコード", "クーポンコード",
        "할인 ?코드", @"\bmã (?:giảm giá|đơn hàng|khách hàng|bưu)\w*", "कूपन कोड",
        @"\bend(?:s|ing|ed)?\b", @"\bcards?\b", @"\baccounts?\b", @"\ba/c\b", @"\bacct\b", @"\borders?\b",
        @"\bref(?:erence|s)?\b", @"\binvoices?\b", @"\btickets?\b", @"\bcases?\b", @"\bcustomers?\b", @"\bbooking\b",
        @"\b(?:tele)?phones?\b", @"\btel\b", @"\bcall\b", @"\bfax\b", @"\bamount\b", @"\btotal\b", @"\bversion\b",
        @"\bbuild\b", @"\bcommit\b", @"\bpo box\b", @"\broom\b", @"\bsuite\b", @"\bmembers?\b", @"\brequest\b",
        @"\btransaction\b", @"\bserial\b",
        @"\bkarte(?:nnummer)?\b", @"\bkonto(?:nummer)?\b", @"\bbestell(?:ung|nummer)\b", @"\brechnung(?:snummer)?\b",
        @"\bkunden(?:nummer|nr)\b", @"\bendet auf\b", @"\bendziffern?\b", @"\bvorgangsnummer\b", @"\bbetrag\b",
        @"\bcarte\b", @"\bcompte\b", @"\bcommande\b", @"\bfacture\b", @"\bréférence\b", @"\bmontant\b",
        @"\bse terminant\b", @"\btarjeta\b", @"\bcuenta\b", @"\bpedido\b", @"\bfactura\b", @"\bimporte\b",
        @"\bterminada?\b", @"\breferencia\b",
        @"\bcartão\b", @"\bconta\b", @"\bfatura\b", @"\bvalor\b", @"\bfinal\b", @"\bcarta\b", @"\bconto\b",
        @"\bordine\b", @"\bfattura\b", @"\bimporto\b", @"\bkaart\b", @"\brekening\b", @"\bbestelling\b",
        @"\bfactuur\b", @"\bkort(?:et)?\b", @"\bordre\b", @"\bbeställning\b",
        @"\bfaktura\b", @"\btilaus\w*\b", @"\blasku\b", @"\bkart[ayę]\b", @"\bkontem?\b", @"\bzamówieni\w+\b",
        @"\bkartu\b", @"\bobjednávk\w+\b", @"\bcomanda\b", @"\bkártya\b", @"\brendelés\w*\b", @"\bkart(?:ınız)?\b",
        @"\bsipariş\b", @"\bhesap\b", @"\bpesanan\b",
        @"\bзаказ\w*\b", @"\bсч[её]т\w*\b", @"\bкарт\w+\b", @"\bзамовлення\b", @"\bпараγγελία\b", @"\bπαραγγελία\w*\b",
        @"\bκάρτα\w*\b", @"\bđơn hàng\b", @"\bthẻ\b", "订单", "尾号", "银行卡", "账号", "訂單", "注文", "口座", "カード", "お問い合わせ番号",
        "주문", "카드", "계좌", "طلب", "بطاقة", "حساب", "הזמנה", "כרטיס", "ऑर्डर", "खाता", "คำสั่งซื้อ", "บัตร", "#", "№",
        @"\bno\.", @"\bnr\.",
    ];

    // Words for the purpose of the message. Alone they are weak evidence.
    static readonly string[] Purposes =
    [
        @"\bverif\w+", @"\bconfirm\w*", @"\bsecurity\b", @"\bsign[ -]?in\b", @"\blog[ -]?in\b", @"\bauthenticat\w+",
        @"\btoken\b", @"\bbestätig\w+", @"\banmeld\w+", @"\bvérif\w+", @"\bconnexion\b", @"\bverific\w+",
        @"\binici\w+ sesión\b", @"\bacced\w+",
        @"\bbevestig\w+", @"\bbekräft\w+", @"\bbekræft\w+", @"\bbekreft\w+", @"\bvahvist\w+", @"\bpotwierd\w+",
        @"\bpotvr\w+", @"\bověř\w+", @"\bmegerősít\w+", @"\bdoğrula\w*", @"\bподтвер\w+", @"\bпідтвер\w+",
        @"\bεπιβεβαί\w+", "認証", "確認", "验证", "驗證", "登录", "인증", "확인", "تأكيد", "التحقق", "אימות", "सत्याप\\w*",
        @"\bxác (?:nhận|minh|thực)\b", "ยืนยัน", @"\bverifikasi\b",
    ];

    /// <summary>The name of a code, such as "code" or "PIN".</summary>
    public static readonly Regex Name = new(string.Join('|', Names), Options);

    /// <summary>Text that introduces a number that is not the code.</summary>
    public static readonly Regex Other = new(string.Join('|', Others), Options);

    public static readonly Regex Purpose = new(string.Join('|', Purposes), Options);

    /// <summary>
    /// The end of a text that the code follows: "is", a colon, an arrow. Brackets and quotes around it are ignored.
    /// </summary>
    public static readonly Regex Pointer = new(
        @"(?:[:：=＝→►»-]|[–—]|\b(?:is|are|ist|lautet|est|es|é|è|är|er|on|to|jest|je|este|это|є|е|είναι|là|adalah|use|enter|type|eingeben|saisissez|introduce|digite|inserisci)|は|が|是|为|為|는|은|هو|هي|הוא|है|คือ)"
        + """[\s"'“”„«»‘’「『【\[(（<*_`]*$""",
        Options);

    /// <summary>Text after a code that precedes its name: "123456 is your code".</summary>
    public static readonly Regex Follows = new(
        """^["'”“»’」』】\])）>*_`]*\s*(?:\b(?:is|ist|est|es|é|è|är|er|on|to|jest|je|este|la|to|as|als|як|это|є|є|είναι|là|adalah|como|come|comme)\b|[:：=＝-]|[–—]|は|が|を|是|为|為|은|는|هو|هي|הוא|है|คือ|として|[(（])""",
        Options);

    /// <summary>Text after a number that counts something or is an amount of money.</summary>
    public static readonly Regex Unit = new(
        @"^\s?(?:minut\w*|min\b|hours?|seconds?|stunden|sekunden|heures|horas|ore\b|timmar|users?|visitors?|"
        + @"points?|people|items?|km\b|kg\b|mb\b|gb\b|%|€|\$|£|¥|₹|₽|usd\b|eur\b|gbp\b|kr\b|zł|ft\b|tl\b|руб|元|円|원|"
        + @"분|分|秒|年|年|년)",
        Options);
}
