"""Uses every feature of the server once with the Python SDK (1.x, 2.x) or FastMCP; one JSON line for each: what, and whether it worked.

Arguments: which client (session, client, fastmcp), which mode (legacy, auto or a revision), then the command of the server.
"""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack, asynccontextmanager

KIND, MODE, COMMAND, *ARGUMENTS = sys.argv[1:]
URI = "coder://tasks/alice/one"


def report(feature, ok, detail=""):
    print(json.dumps({"feature": feature, "ok": bool(ok), "detail": str(detail)}), flush=True)


async def check(feature, make):
    try:
        report(feature, await make())
    except Exception as error:  # noqa: BLE001: whatever goes wrong is the finding
        report(feature, False, repr(error))


asked, progressed, logged, updated = [], [], [], []


async def on_elicit(*_):
    asked.append(True)
    if KIND == "fastmcp":
        from fastmcp.client.elicitation import ElicitResult

        return ElicitResult(action="accept", content={"sure": True})
    from mcp.types import ElicitResult

    return ElicitResult(action="accept", content={"sure": True})


async def on_log(*_):
    logged.append(True)


async def on_progress(*_):
    progressed.append(True)


async def on_message(message):
    root = getattr(message, "root", message)
    if "ResourceUpdated" in type(root).__name__:
        updated.append(str(root.params.uri))


@asynccontextmanager
async def connected():
    if KIND == "session":
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        async with stdio_client(StdioServerParameters(command=COMMAND, args=ARGUMENTS)) as (read, write):
            async with ClientSession(
                read, write, elicitation_callback=on_elicit, logging_callback=on_log, message_handler=on_message
            ) as session:
                greeting = await session.initialize()
                yield session, greeting.protocolVersion
    elif KIND == "client":
        from mcp import Client, StdioServerParameters

        server = StdioServerParameters(command=COMMAND, args=ARGUMENTS)
        async with Client(
            server, mode=MODE, elicitation_callback=on_elicit, logging_callback=on_log, message_handler=on_message
        ) as client:
            yield client, str(client.protocol_version)
    else:
        from fastmcp import Client
        from fastmcp.client.transports import StdioTransport

        transport = StdioTransport(command=COMMAND, args=ARGUMENTS)
        async with Client(
            transport, elicitation_handler=on_elicit, log_handler=on_log, message_handler=on_message
        ) as client:
            session = getattr(client, "session", None)
            revision = getattr(session, "protocol_version", None) or getattr(client, "protocol_version", None)
            yield client, str(revision)


def text_of(result):
    return "\n".join(block.text for block in result.content if hasattr(block, "text"))


def field(result, *names):
    for name in names:
        if hasattr(result, name):
            return getattr(result, name)
    return None


async def main():
    async with connected() as (client, revision):
        report("connect", True, revision)
        is_modern = revision >= "2026"

        async def call(name, args, **extra):
            options = {"raise_on_error": False} if KIND == "fastmcp" else {}
            if KIND == "fastmcp":
                extra = {"progress_handler": on_progress, **extra}
            else:
                extra = {"progress_callback": on_progress, **extra}
            result = await client.call_tool(name, args, **options, **extra)
            if field(result, "isError", "is_error"):
                raise RuntimeError(text_of(result))
            return result

        async def tools():
            listed = await client.list_tools()
            return len(field(listed, "tools") or listed) >= 10

        await check("tools", tools)

        created = []

        async def create():
            created.append(await call("coder_create_task", {"input": "hello", "template": "claude-code", "name": "one"}))
            return True

        await check("call", create)
        report("structured", created and field(created[0], "structuredContent", "structured_content"))
        report("progress", progressed)

        async def resources():
            listed = await client.list_resources()
            return URI in [str(item.uri) for item in (field(listed, "resources") or listed)]

        async def templates():
            listed = await client.list_resource_templates()
            return len(field(listed, "resourceTemplates", "resource_templates") or listed) > 2

        async def read(uri):
            if KIND == "session":
                from pydantic import AnyUrl

                return await client.read_resource(AnyUrl(uri))
            return await client.read_resource(uri)

        async def missing():
            try:
                await read("coder://tasks/alice/nobody")
            except Exception as error:  # noqa: BLE001
                return "nobody" in str(error)
            return False

        await check("resources", resources)
        await check("templates", templates)
        await check("read", lambda: read(URI))
        await check("missing", missing)
        await check("prompts", lambda: client.get_prompt("delegate_task", {"work": "x"}))

        async def complete():
            from mcp.types import PromptReference

            reference = PromptReference(type="ref/prompt", name="delegate_task")
            result = await client.complete(reference, {"name": "template", "value": "claude"})
            return (field(result, "completion") or result).values

        await check("completion", complete)

        async def subscribe_and_delete():
            async with AsyncExitStack() as stack:
                if is_modern and KIND == "client":
                    subscription = await stack.enter_async_context(client.listen(resource_subscriptions=[URI]))
                elif is_modern:
                    from mcp.client.subscriptions import listen

                    session = getattr(client, "session", client)
                    subscription = await stack.enter_async_context(listen(session, resource_subscriptions=[URI]))
                else:
                    from pydantic import AnyUrl

                    session = client.session if KIND == "fastmcp" else client
                    uri = AnyUrl(URI) if KIND == "session" or (KIND == "fastmcp" and False) else URI
                    await (session.subscribe_resource(uri))
                    subscription = None
                await call("coder_delete_task", {"task": "one"})
                if subscription is not None:
                    event = await asyncio.wait_for(anext(subscription), 10)
                    updated.append(str(getattr(event, "uri", event)))
                else:
                    for _ in range(100):
                        if updated:
                            break
                        await asyncio.sleep(0.1)
            return any(URI in uri for uri in updated)

        await check("subscriptions", subscribe_and_delete)
        report("elicitation", asked)

        async def cancel():
            await call("coder_create_task", {"input": "x slow=60", "template": "claude-code", "name": "slow"})
            begun = time.monotonic()
            waiting = asyncio.create_task(call("coder_wait_for_task", {"tasks": ["slow"]}))
            await asyncio.sleep(0.5)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await call("coder_list_tasks", {})
            return time.monotonic() - begun < 10

        await check("cancellation", cancel)

        if not is_modern:

            async def log():
                await client.set_logging_level("debug")
                await call("coder_list_tasks", {})
                await asyncio.sleep(0.2)
                return logged

            await check("logging", log)


asyncio.run(main())
