"""
Writes the SDKs from the OpenAPI document on standard input: `generate.py` writes the files, `generate.py --check` only compares them and fails if one is stale.
"""

import json
import keyword
import pathlib
import re
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent.parent
NOTE = "Generated from the OpenAPI document by ./agentpost sdk; do not edit."

# Where each operation is found: resource and method, as TypeScript writes them. A new operation needs a line here.
NAMES = {
    "getMe": ("", "me"),
    "createInbox": ("inboxes", "create"),
    "listInboxes": ("inboxes", "list"),
    "getInbox": ("inboxes", "get"),
    "updateInbox": ("inboxes", "update"),
    "deleteInbox": ("inboxes", "delete"),
    "getUsage": ("inboxes", "usage"),
    "exportCredentials": ("inboxes", "exportCredentials"),
    "createKey": ("keys", "create"),
    "listKeys": ("keys", "list"),
    "getKey": ("keys", "get"),
    "revokeKey": ("keys", "revoke"),
    "listMessages": ("messages", "list"),
    "sendMessage": ("messages", "send"),
    "getMessages": ("messages", "getMany"),
    "getMessage": ("messages", "get"),
    "updateMessage": ("messages", "update"),
    "deleteMessage": ("messages", "delete"),
    "restoreMessage": ("messages", "restore"),
    "getRawMessage": ("messages", "raw"),
    "addLabels": ("messages", "addLabels"),
    "removeLabels": ("messages", "removeLabels"),
    "getAttachment": ("messages", "getAttachment"),
    "replyToMessage": ("messages", "reply"),
    "replyToAll": ("messages", "replyAll"),
    "forwardMessage": ("messages", "forward"),
    "waitForMessage": ("messages", "wait"),
    "createDraft": ("drafts", "create"),
    "listDrafts": ("drafts", "list"),
    "getDraft": ("drafts", "get"),
    "updateDraft": ("drafts", "update"),
    "deleteDraft": ("drafts", "delete"),
    "sendDraft": ("drafts", "send"),
    "listThreads": ("threads", "list"),
    "getThread": ("threads", "get"),
    "addThreadLabels": ("threads", "addLabels"),
    "removeThreadLabels": ("threads", "removeLabels"),
    "listFolders": ("folders", "list"),
    "createFilterRule": ("filterRules", "create"),
    "listFilterRules": ("filterRules", "list"),
    "deleteFilterRule": ("filterRules", "delete"),
    "getLimits": ("limits", "get"),
    "listSessions": ("sessions", "list"),
    "endSession": ("sessions", "end"),
    "startSurface": ("remoteAccounts", "start"),
    "stopSurface": ("remoteAccounts", "stop"),
    "getSurfaceStatus": ("remoteAccounts", "status"),
    "pollSurface": ("remoteAccounts", "poll"),
    "verifySurface": ("remoteAccounts", "verify"),
    "testSendSurface": ("remoteAccounts", "testSend"),
    "listEvents": ("events", "list"),
    "createWebhook": ("webhooks", "create"),
    "listWebhooks": ("webhooks", "list"),
    "getWebhook": ("webhooks", "get"),
    "updateWebhook": ("webhooks", "update"),
    "deleteWebhook": ("webhooks", "delete"),
    "testWebhook": ("webhooks", "test"),
    "listWebhookDeliveries": ("webhooks", "deliveries"),
    "redeliverWebhook": ("webhooks", "redeliver"),
}


class Operation:
    def __init__(self, document, method, path, operation):
        self.id = operation["operationId"]
        if self.id not in NAMES:
            sys.exit(f"{self.id}: give the operation a resource and a method in NAMES of {pathlib.Path(__file__).name}.")
        self.resource, self.name = NAMES[self.id]
        self.method, self.path, self.summary = method.upper(), path, operation["summary"]
        self.parameters = re.findall(r"\{(\w+)\}", path)
        self.query = [one for one in operation["parameters"] if one["in"] == "query"]
        self.idempotent = any(one["name"] == "Idempotency-Key" for one in operation["parameters"])
        self.waits = self.id == "waitForMessage"
        body = operation.get("requestBody")
        self.body = body and name_of(body["content"]["application/json"]["schema"])
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        content = answers[0].get("content", {})
        schema = content.get("application/json", {}).get("schema")
        self.returns = schema and name_of(schema)
        if not content:
            self.kind = "none"
        elif schema is None:
            self.kind = "text" if "text/csv" in content else "bytes"
        else:
            self.kind = "json"
        self.entry = None
        # getMany answers a page that is the whole answer: it has no cursor to go on with.
        if self.returns and self.returns.startswith("PageOf"):
            self.entry = type_name(document, self.returns[len("PageOf"):])
        self.is_list = self.entry is not None and self.method == "GET"


def name_of(schema):
    return schema["$ref"].rsplit("/", 1)[1]


def type_name(document, schema):
    """MessageView is Message, unless that is the name of something else."""
    short = schema[: -len("View")] if schema.endswith("View") else schema
    return schema if short != schema and short in document["components"]["schemas"] else short


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1), name).lower()


def capital(name):
    return name[:1].upper() + name[1:]


def class_of(resource):
    """Not the name alone: Limits is also the value that limits.get() returns."""
    return capital(resource) + "Api"


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield Operation(document, method, path, operation)


def by_resource(document):
    grouped = {}
    for operation in operations(document):
        grouped.setdefault(operation.resource, []).append(operation)
    return grouped


def schemas(document):
    """The types, without pages: those are generic."""
    return {
        type_name(document, name): schema
        for name, schema in document["components"]["schemas"].items()
        if not name.startswith("PageOf") and name not in ("ErrorBody", "ErrorDetail")
    }


def comment(text, indent):
    text = text.replace("*/", "* /")
    if len(indent) + len(text) + 7 <= 120:
        return f"{indent}/** {text} */\n"
    lines = textwrap.wrap(text, 120 - len(indent) - 3)
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


# --- TypeScript ---------------------------------------------------------------------------------------------------


def ts_type(document, schema):
    if "$ref" in schema:
        return type_name(document, name_of(schema))
    if "oneOf" in schema:
        return " | ".join(ts_type(document, one) for one in schema["oneOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    return " | ".join(ts_simple(document, one, schema) for one in types) or "unknown"


def ts_simple(document, kind, schema):
    if kind == "array":
        items = ts_type(document, schema.get("items", {}))
        return f"Array<{items}>" if " " in items else f"{items}[]"
    if kind == "object":
        if "properties" in schema:
            return "{ " + "; ".join(f"{name}?: {ts_type(document, one)}" for name, one in schema["properties"].items()) + " }"
        values = schema.get("additionalProperties")
        return f"Record<string, {ts_type(document, values) if isinstance(values, dict) else 'unknown'}>"
    return {"integer": "number", "number": "number", "boolean": "boolean", "string": "string", "null": "null"}[kind]


def ts_query_type(operation):
    return capital(operation.resource) + capital(operation.name) + "Query"


def ts_declarations(document):
    out = [f"// {NOTE}\n\n", (HERE / "typescript/src/runtime.d.ts").read_text(), "\n"]
    for name, schema in schemas(document).items():
        required = set(schema.get("required", []))
        out.append(f"export interface {name} {{\n")
        for field, content in schema.get("properties", {}).items():
            if "description" in content:
                out.append(comment(content["description"], "  "))
            out.append(f"  {field}{'' if field in required else '?'}: {ts_type(document, content)};\n")
        out.append("}\n\n")
    grouped = by_resource(document)
    for group in grouped.values():
        for operation in group:
            fields = [one for one in operation.query if not (operation.is_list and one["name"] == "cursor")]
            if fields:
                out.append(f"export interface {ts_query_type(operation)} {{\n")
                for one in fields:
                    kind = ts_type(document, one["schema"])
                    if one["schema"].get("format") == "date-time":
                        kind += " | Date"
                    if one.get("explode") or one["schema"].get("type") == "array":
                        kind += " | string[]"
                    out.append(comment(one["description"], "  "))
                    out.append(f"  {one['name']}?: {kind};\n")
                out.append("}\n\n")
    for resource, group in grouped.items():
        if not resource:
            continue
        out.append(f"export interface {class_of(resource)} {{\n")
        for operation in group:
            out.append(comment(operation.summary, "  "))
            out.append(f"  {operation.name}({', '.join(ts_arguments(operation))}): {ts_returns(document, operation)};\n")
        if resource == "webhooks":
            out.append("  /** Checks the signature of a webhook (Standard Webhooks) and returns the event. */\n  verify: typeof verifyWebhook;\n")
        out.append("}\n\n")
    out.append("export class AgentPost {\n  constructor(options?: ClientOptions);\n")
    for operation in grouped[""]:
        out.append(comment(operation.summary, "  "))
        out.append(f"  {operation.name}({', '.join(ts_arguments(operation))}): {ts_returns(document, operation)};\n")
    for resource in grouped:
        if resource:
            out.append(f"  readonly {resource}: {class_of(resource)};\n")
    out.append("  readonly realtime: { connect(subscription?: Subscription): EventStream };\n}\n\nexport default AgentPost;\n")
    return "".join(out)


def ts_arguments(operation):
    arguments = [f"{name}: string" for name in operation.parameters]
    if operation.body:
        arguments.append(f"body: {operation.body}")
    if operation.query:
        arguments.append(f"query?: {ts_query_type(operation)}")
    return [*arguments, "options?: RequestOptions"]


def ts_returns(document, operation):
    if operation.is_list:
        return f"PagePromise<{operation.entry}>"
    if operation.entry:
        return f"Promise<{{ data: {operation.entry}[] }}>"
    return {
        "none": "Promise<void>",
        "text": "Promise<string>",
        "bytes": "Promise<Uint8Array>",
        "json": f"Promise<{operation.returns and type_name(document, operation.returns)}>",
    }[operation.kind]


def js_classes(document):
    out = []
    grouped = by_resource(document)
    for resource, group in grouped.items():
        if not resource:
            continue
        out.append(f"class {class_of(resource)} {{\n  #transport;\n\n  constructor(transport) {{\n    this.#transport = transport;\n  }}\n")
        for operation in group:
            out.append("\n" + js_method(operation, "this.#transport"))
        if resource == "webhooks":
            out.append("\n  verify(...given) {\n    return verifyWebhook(...given);\n  }\n")
        out.append("}\n\n")
    out.append("export class AgentPost {\n  #transport;\n\n  constructor(options) {\n    this.#transport = new Transport(options);\n")
    for resource in grouped:
        if resource:
            out.append(f"    this.{resource} = new {class_of(resource)}(this.#transport);\n")
    out.append("    this.realtime = { connect: (subscription = {}) => new EventStream(this.#transport, subscription) };\n  }\n")
    for operation in grouped[""]:
        out.append("\n" + js_method(operation, "this.#transport"))
    out.append("}\n")
    return "".join(out)


def js_method(operation, transport):
    names = [*operation.parameters, *(["body"] if operation.body else []), *(["query"] if operation.query else []), "options"]
    traits = [f'method: "{operation.method}"', f'path: "{operation.path}"', f'as: "{operation.kind}"']
    traits += ["idempotent: true"] if operation.idempotent else []
    traits += ["wait: true"] if operation.waits else []
    request = [f"path: {{ {', '.join(operation.parameters)} }}"] if operation.parameters else []
    request += [name for name in names if name not in operation.parameters]
    action = "list" if operation.is_list else "call"
    return (
        f"  {operation.name}({', '.join(names)}) {{\n"
        f"    const operation = {{ {', '.join(traits)} }};\n"
        f"    return {transport}.{action}(operation, {{ {', '.join(request)} }});\n  }}\n"
    )


def typescript(document):
    module = f"// {NOTE}\n\n{(HERE / 'typescript/src/runtime.js').read_text()}\n{js_classes(document)}\nexport default AgentPost;\n"
    exported = re.findall(r"^export (?:async )?(?:class|function) (\w+)", module, re.M)
    common = re.sub(r"^export default AgentPost;\n", "", module, flags=re.M)
    common = re.sub(r"^export ", "", common, flags=re.M)
    listed = ", ".join(name for name in exported if name not in ("Transport", "PagePromise"))
    module = re.sub(r"^export (class (?:Transport|PagePromise)\b)", r"\1", module, flags=re.M)
    types = ts_declarations(document)
    yield "typescript/dist/index.mjs", module
    yield "typescript/dist/index.cjs", f'"use strict";\n{common}\nmodule.exports = {{ {listed}, default: AgentPost }};\n'
    yield "typescript/dist/index.d.mts", types
    yield "typescript/dist/index.d.cts", types


# --- Python -------------------------------------------------------------------------------------------------------


def py_type(document, schema, given=False):
    if "$ref" in schema:
        return type_name(document, name_of(schema))
    if "oneOf" in schema:
        return f"Union[{', '.join(py_type(document, one, given) for one in schema['oneOf'])}]"
    if "enum" in schema:
        return f"Literal[{', '.join('None' if value is None else json.dumps(value) for value in schema['enum'])}]"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    names = [py_simple(document, one, schema, given) for one in types]
    if len(names) == 2 and "None" in names:
        return f"Optional[{next(name for name in names if name != 'None')}]"
    return names[0] if len(names) == 1 else f"Union[{', '.join(names)}]" if names else "Any"


def py_simple(document, kind, schema, given):
    if kind == "array":
        return f"{'Sequence' if given else 'List'}[{py_type(document, schema.get('items', {}), given)}]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"{'Mapping' if given else 'Dict'}[str, {py_type(document, values, given) if isinstance(values, dict) else 'Any'}]"
    if kind == "string" and schema.get("format") == "date-time" and given:
        return "Union[str, datetime]"
    return {"integer": "int", "number": "float", "boolean": "bool", "string": "str", "null": "None"}[kind]


def py_types(document):
    out = [
        f'"""The values that the API returns and takes. {NOTE}"""\n\n',
        "from __future__ import annotations\n\nfrom typing import Any, Dict, List, Literal, Optional, TypedDict, Union\n",
    ]
    for name, schema in schemas(document).items():
        required = set(schema.get("required", []))
        fields = schema.get("properties", {})
        optional = {field: one for field, one in fields.items() if field not in required}
        reserved = any(keyword.iskeyword(field) for field in fields)
        if reserved or (required and optional):
            # A field may have the name of a keyword ("from"), which only this form can write; Python 3.9 has no NotRequired.
            def listed(chosen):
                return "".join(f'        "{field}": "{py_type(document, one)}",\n' for field, one in chosen.items())

            needed = {field: one for field, one in fields.items() if field in required}
            if required and optional:
                out.append(f'\n\n_{name} = TypedDict(\n    "_{name}",\n    {{\n{listed(needed)}    }},\n)\n')
                out.append(f"\n\nclass {name}(_{name}, total=False):\n")
                out += [f"    {field}: {py_type(document, one)}\n" for field, one in optional.items()]
            else:
                total = "" if required else "    total=False,\n"
                out.append(f'\n\n{name} = TypedDict(\n    "{name}",\n    {{\n{listed(fields)}    }},\n{total})\n')
        else:
            out.append(f"\n\nclass {name}(TypedDict{'' if required else ', total=False'}):\n")
            out += [f"    {field}: {py_type(document, one)}\n" for field, one in fields.items()] or ["    pass\n"]
    return "".join(out)


def py_argument(name):
    name = snake(name)
    return name + "_" if keyword.iskeyword(name) else name


def py_methods(document, group, is_async):
    return "\n".join(py_method(document, operation, is_async) for operation in group)


def py_method(document, operation, is_async):
    body = document["components"]["schemas"][operation.body] if operation.body else {"properties": {}}
    arguments = [("self", None)] + [(py_argument(name), "str") for name in operation.parameters]
    keywords = []
    for field, schema in body["properties"].items():
        keywords.append((py_argument(field), f"Union[{py_type(document, schema, True)}, Unset] = UNSET"))
    queried = [one for one in operation.query if not (operation.is_list and one["name"] == "cursor")]
    for one in queried:
        keywords.append((py_argument(one["name"]), f"Union[{py_type(document, one['schema'], True)}, Unset] = UNSET"))
    if operation.idempotent:
        keywords.append(("idempotency_key", "Optional[str] = None"))
    extra = operation.waits
    keywords.append(("request_timeout" if extra else "timeout", "Optional[float] = None"))
    if extra and any(name == "timeout" for name, _ in keywords):
        seconds = "0.0 if isinstance(timeout, Unset) else float(timeout)"
    if operation.is_list:
        returns = f"{'AsyncPage' if is_async else 'Page'}[{operation.entry}]"
    elif operation.entry:
        returns = f"List[{operation.entry}]"
    else:
        returns = {"none": "None", "text": "str", "bytes": "bytes", "json": operation.returns and type_name(document, operation.returns)}[operation.kind]
    lines = [f"    {'async ' if is_async else ''}def {snake(operation.name)}("]
    lines += [f"        {name}," if kind is None else f"        {name}: {kind}," for name, kind in arguments]
    lines += ["        *,"] + [f"        {name}: {kind}," for name, kind in keywords]
    lines.append(f"    ) -> {returns}:")
    lines.append(f'        """{operation.summary}"""' if len(operation.summary) < 105 else
                 '        """' + "\n        ".join(textwrap.wrap(operation.summary, 108)) + '\n        """')
    call = [f'"{operation.method}"', f'"{operation.path}"']
    if operation.kind != "json":
        call.append(f'answer="{operation.kind}"')
    if operation.parameters:
        call.append("parameters={" + ", ".join(f'"{name}": {py_argument(name)}' for name in operation.parameters) + "}")
    if operation.body:
        call.append("body={" + ", ".join(f'"{field}": {py_argument(field)}' for field in body["properties"]) + "}")
    if queried:
        call.append("query={" + ", ".join(f'"{one["name"]}": {py_argument(one["name"])}' for one in queried) + "}")
    if operation.idempotent:
        call += ["idempotent=True", "idempotency_key=idempotency_key"]
    if extra:
        call += [f"extra_seconds={seconds}", "timeout=request_timeout"]
    else:
        call.append("timeout=timeout")
    action = "self._transport.list" if operation.is_list else "self._transport.call"
    given = ",\n            ".join(([action] if is_async else []) + call)
    text = f"await asyncio.to_thread(\n            {given},\n        )" if is_async else f"{action}(\n            {given},\n        )"
    if operation.is_list and is_async:
        lines.append(f"        return AsyncPage({text})")
    elif operation.kind == "none":
        lines.append(f"        {text}")
    elif operation.entry and not operation.is_list:
        lines.append(f"        answer: Dict[str, List[{operation.entry}]] = {text}")
        lines.append('        return answer["data"]')
    elif operation.is_list:
        lines.append(f"        return {text}")
    else:
        lines.append(f"        answer: {returns} = {text}\n        return answer")
    return "\n".join(lines) + "\n"


def py_resources(document):
    grouped = by_resource(document)
    out = [
        f'"""The operations, by resource. {NOTE}"""\n\nfrom __future__ import annotations\n\n',
        "import asyncio\nimport ssl\nfrom datetime import datetime\n",
        "from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Union\n\n",
        "from ._realtime import AsyncEventStream, EventStream\n",
        "from ._runtime import UNSET, AsyncPage, Page, Transport, Unset, verify_webhook\n",
        "from .types import (\n" + "".join(f"    {name},\n" for name in sorted(schemas(document))) + ")\n",
    ]
    for is_async in (False, True):
        prefix = "Async" if is_async else ""
        for resource, group in grouped.items():
            if not resource:
                continue
            out.append(f"\n\nclass {prefix}{class_of(resource)}:\n    def __init__(self, transport: Transport) -> None:\n        self._transport = transport\n\n")
            out.append(py_methods(document, group, is_async))
            if resource == "webhooks":
                out.append("\n    verify = staticmethod(verify_webhook)\n")
        stream = f"{prefix}EventStream"
        out.append(f'''

class {prefix}Realtime:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def connect(
        self,
        *,
        event_types: Optional[List[str]] = None,
        inbox_id: Optional[str] = None,
        inbox_ids: Optional[List[str]] = None,
        resume_from: Optional[str] = None,
    ) -> {stream}:
        """Receives events as they happen, over a WebSocket that resumes after a break."""
        return {stream}(
            self._transport, event_types=event_types, inbox_id=inbox_id, inbox_ids=inbox_ids, resume_from=resume_from
        )


class {prefix}AgentPost:
    """A client of an AgentPost server. {"Calls run in threads of the event loop's pool." if is_async else "Thread-safe."}

    api_key: an API key (ap_sk_…); default: the environment variable AGENTPOST_API_KEY.
    timeout: seconds that one attempt may take.
    max_retries: retries after a failed attempt, for requests that can be repeated safely.
    ssl_context: for https with a certificate authority of your own.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        base_url: str = "http://localhost:8080",
        *,
        timeout: float = 60,
        max_retries: int = 3,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._transport = Transport(api_key, base_url, timeout, max_retries, ssl_context)
''')
        for resource in grouped:
            if resource:
                out.append(f"        self.{snake(resource)} = {prefix}{class_of(resource)}(self._transport)\n")
        out.append(f"        self.realtime = {prefix}Realtime(self._transport)\n\n")
        out.append(py_methods(document, grouped[""], is_async))
        if is_async:
            out.append('''
    async def close(self) -> None:
        """Closes idle connections."""
        self._transport.close()

    async def __aenter__(self) -> "AsyncAgentPost":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
''')
        else:
            out.append('''
    def close(self) -> None:
        """Closes idle connections."""
        self._transport.close()

    def __enter__(self) -> "AgentPost":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
''')
    return "".join(out)


def python(document):
    yield "python/agentpost/types.py", py_types(document)
    yield "python/agentpost/_resources.py", py_resources(document)


def main():
    document = json.load(sys.stdin)
    stale = []
    for path, text in [*typescript(document), *python(document)]:
        file = HERE / path
        if not file.exists() or file.read_text() != text:
            stale.append(path)
            if sys.argv[1:] != ["--check"]:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
                print(f"sdk/{path}")
    if stale and sys.argv[1:] == ["--check"]:
        sys.exit(f"Stale: {', '.join(stale)}. Run ./agentpost sdk and commit the files.")


main()
