"""What a real kernel prints, displays and opens, to the byte."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from fumehood.core import limits
from fumehood.protocol import events as ev
from fumehood.protocol import stream
from fumehood.protocol.outputs import BlobRef, DisplayOutput, ResultOutput, StreamOutput
from tests.runtime.driver import ROOM, Record, bench, room


async def test_a_flood_of_lines_arrives_to_the_byte_and_in_few_events(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "for i in range(100_000): print(i)", 50)
        assert found.record.stream("a") == "".join(f"{i}\n" for i in range(100_000))
        (output,) = found.record.run("a").outputs
        assert isinstance(output, StreamOutput)
        assert len(output.text) <= limits.STREAM_OPEN_TEXT and len(output.parts) == 4


async def test_flushed_prints_are_coalesced_without_losing_any(home: Path) -> None:
    async with room(home) as (found, link):
        run = await link.run("a", "for i in range(20_000): print(i, flush=True)", 50)
        assert found.record.stream("a") == "".join(f"{i}\n" for i in range(20_000))
        assert run.finished is not None and run.started is not None
        seconds = run.finished - run.started
        events = [event for event in found.record.events if isinstance(event, ev.StreamPatched | ev.OutputAdded)]
        assert len(events) <= 5 + seconds / limits.FLUSH_INTERVAL


async def test_streams_displays_and_errors_keep_their_order(home: Path) -> None:
    async with room(home) as (found, link):
        code = "import sys\nprint('1', flush=True)\nprint('2', file=sys.stderr, flush=True)\nprint('3')\n"
        code += "display(4)\nprint('5')\nprint('6')\n7/0"
        await link.run("a", code)
        assert found.record.plain("a") == ["1\n", "2\n", "3\n", "4", "5\n6\n", "ZeroDivisionError: division by zero"]


async def test_a_progress_bar_is_one_line(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "for i in range(101): print(f'\\r{i:3}%', end='', flush=True)\nprint('\\nab\\b\\bX')")
        assert found.record.stream("a") == "100%\nXb\n"


async def test_clear_output_that_waits_replaces_at_once(home: Path) -> None:
    async with room(home) as (found, link):
        code = "from IPython.display import clear_output\n"
        code += "for i in range(50):\n    clear_output(wait=True)\n    print('step', i)"
        await link.run("a", code)
        assert found.record.plain("a") == ["step 49\n"]
        await link.run("b", "print('gone')\nclear_output()\nprint('here')\nclear_output(wait=True)")
        assert found.record.plain("b") == ["here\n"]


async def test_a_display_is_updated_also_from_another_cell(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run(
            "a", "h = display('one', display_id=True)\nprint('between')\nsame = display('x', display_id='d')"
        )
        await link.run("b", "h.update('two')\nother = display('y', display_id='d')")
        assert found.record.plain("a") == ["'two'", "between\n", "'x'"]
        await link.run("c", "from IPython.display import update_display\nupdate_display('z', display_id='d')")
        assert found.record.plain("a") == ["'two'", "between\n", "'z'"] and found.record.plain("b") == ["'z'"]
        output = found.record.run("a").outputs[0]
        assert isinstance(output, DisplayOutput) and output.display_id


async def test_a_thread_goes_on_after_its_cell(home: Path) -> None:
    async with room(home) as (found, link):
        code = "import threading, time\ndef late():\n    time.sleep(0.5); print('late', flush=True)\n"
        code += "t = threading.Thread(target=late); t.start(); print('done')"
        await link.run("a", code)
        await link.until(lambda: "late" in found.record.stream("a"))
        assert found.record.run("a").status == "ok" and found.record.stream("a") == "done\nlate\n"


async def test_pictures_are_bytes_and_long_text_is_a_blob(home: Path) -> None:
    async with room(home) as (found, link):
        code = "from IPython.display import Image\nImage(data=bytes([137,80,78,71]) + bytes(6_000_000), format='png')"
        run = await link.run("a", code)
        (output,) = run.outputs
        assert isinstance(output, ResultOutput)
        png = output.data["image/png"]
        assert isinstance(png, BlobRef) and png.size == 6_000_004
        assert bytes(found.record.blobs[png.blob]) == bytes([137, 80, 78, 71]) + bytes(6_000_000)
        await link.run("b", "'x' * 20_000")
        assert found.record.plain("b") == [repr("x" * 20_000)]


async def test_what_is_over_the_limit_is_counted(home: Path) -> None:
    async with room(home) as (_, link):
        code = "for _ in range(12_000): display(1)"
        run = await link.run("a", code, 50)
        last = run.outputs[-1]
        assert isinstance(last, StreamOutput) and last.dropped == 2_000
        assert len(run.outputs) == limits.OUTPUTS_PER_EXECUTION + 1
        assert run.status == "ok"


async def test_json_keeps_its_text(home: Path) -> None:
    async with room(home) as (_, link):
        code = "display({'application/json': {'b': 1, 'a': [None, 'é']}, 'text/plain': 'j'}, raw=True)"
        run = await link.run("a", code)
        (output,) = run.outputs
        assert isinstance(output, DisplayOutput)
        assert output.data["application/json"] == '{"b":1,"a":[null,"é"]}'


async def test_a_kernel_that_lies_is_survived_and_said(home: Path) -> None:
    lies = """
k = get_ipython().kernel
def lie(kind, content, parent):
    k.session.send(k.iopub_socket, kind, content, parent=parent)
own = k.get_parent()
lie("stream", {"name": 5, "text": []}, own)
lie("display_data", "not an object", own)
lie("error", {"traceback": 7}, own)
lie("update_display_data", {"data": {}, "transient": {"display_id": "unknown"}}, own)
lie("stream", {"name": "stdout", "text": "whose?"}, {"header": {"msg_id": "x_1", "session": "x"}})
lie("status", {"execution_state": "idle"}, {})
lie("execute_input", {"execution_count": "many"}, own)
lie("comm_msg", {"comm_id": "unknown", "data": {"method": "update", "state": {}}}, own)
lie("no_such_type", {}, own)
print("truth")
"""
    async with room(home) as (found, link):
        run = await link.run("a", lies)
        assert run.status == "ok" and found.record.stream("a") == "truth\n"
        assert {notice.code for notice in found.record.state.notices} == {"kernel.misspoke"}
        assert (await link.run("b", "1")).status == "ok"


async def test_a_kernel_that_forgets_to_say_idle_or_to_reply_is_done_all_the_same(home: Path) -> None:
    async with room(home) as (found, link):
        code = """
k = get_ipython().kernel
send = k.session.send
def forget(stream, msg, *args, **kwargs):
    kind = msg if isinstance(msg, str) else msg.get('msg_type')
    if FORGET.pop(kind, None):
        return None
    return send(stream, msg, *args, **kwargs)
k.session.send = forget
FORGET = {}
"""
        await link.run("a", code)
        run = await link.run("b", "FORGET['execute_reply'] = True; print('b')")
        assert run.status == "ok" and found.record.stream("b") == "b\n"
        code = "publish = k._publish_status\n"
        code += "k._publish_status = lambda status, *a, **kw: setattr(k, '_publish_status', publish)\nprint('c')"
        run = await link.run("c", code)
        assert run.status == "ok" and found.record.stream("c") == "c\n"
        assert (await link.run("d", "1")).status == "ok"


async def test_widgets_are_told_kept_and_reach_the_kernel(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "import ipywidgets as w\ns = w.IntSlider(value=3)\ns")
        opened = {e.comm: e for e in found.record.comms if isinstance(e, ev.CommOpened)}
        (slider,) = [c for c, e in opened.items() if e.data["state"].get("_model_name") == "IntSliderModel"]
        assert opened[slider].target == "jupyter.widget" and opened[slider].metadata["version"].startswith("2.")
        await link.run("b", "s.value = 10")
        updates = [e for e in found.record.comms if isinstance(e, ev.CommMessage) and e.comm == slider]
        assert updates[-1].data["state"] == {"value": 10}
        link.send(stream.CommSend(kind="comm_msg", comm=slider, data={"method": "update", "state": {"value": 42}}))
        await link.run("c", "print(s.value)")
        assert found.record.stream("c") == "42\n"
        await link.close()
        later = await found.connect(record=(fresh := Record(last=found.record.last)))
        await later.until(lambda: len(fresh.comms) == len(opened))
        (again,) = [e for e in fresh.comms if e.comm == slider]
        assert again.data["state"]["value"] == 42
        later.send(stream.Restart())
        await later.until(lambda: fresh.state.kernel.status == "restarting")
        await later.until(lambda: fresh.state.kernel.status == "idle")
        assert not [e for e in fresh.comms if isinstance(e, ev.CommClosed)], "the room goes on showing what they were"


async def test_a_widgets_callback_prints_below_the_cell_that_made_it(home: Path) -> None:
    async with room(home) as (found, link):
        code = "import ipywidgets as w\nb = w.IntSlider()\nb.observe(lambda c: print('now', c.new), 'value')"
        await link.run("a", code)
        (slider,) = [
            e.comm
            for e in found.record.comms
            if isinstance(e, ev.CommOpened) and e.data["state"].get("_model_name") == "IntSliderModel"
        ]
        link.send(stream.CommSend(kind="comm_msg", comm=slider, data={"method": "update", "state": {"value": 7}}))
        await link.until(lambda: found.record.stream("a") == "now 7\n")


async def test_large_buffers_of_widgets_are_ephemeral_blobs(home: Path) -> None:
    async with room(home) as (found, link):
        await link.run("a", "import ipywidgets as w\ni = w.Image(value=bytes(5_000_000))")
        (event,) = [
            e
            for e in found.record.comms
            if isinstance(e, ev.CommOpened) and e.data["state"].get("_model_name") == "ImageModel"
        ]
        (reference,) = event.buffers
        assert isinstance(reference, BlobRef)
        assert bytes(found.record.ephemeral[reference.blob]) == bytes(5_000_000)
        assert not found.record.blobs, "nothing of it is journalled"


async def test_a_kernel_of_another_kind_needs_no_placing(home: Path) -> None:
    """A kernel that knows no Python: its spec says so, so nothing but the cells is sent to it."""
    folder = home / "share" / "jupyter" / "kernels" / "echo"
    folder.mkdir(parents=True, mode=0o755)
    program = home / "echo_kernel.py"
    program.write_text(
        "from ipykernel.kernelapp import IPKernelApp\n"
        "from ipykernel.kernelbase import Kernel\n"
        "class Echo(Kernel):\n"
        "    implementation = banner = implementation_version = 'echo'\n"
        "    language_info = {'name': 'echo', 'mimetype': 'text/plain', 'file_extension': '.txt'}\n"
        "    def do_execute(self, code, silent, *args, **kwargs):\n"
        "        if not silent:\n"
        "            self.send_response(self.iopub_socket, 'stream', {'name': 'stdout', 'text': code})\n"
        "        reply = {'status': 'ok', 'payload': [], 'user_expressions': {}}\n"
        "        return {**reply, 'execution_count': self.execution_count}\n"
        "IPKernelApp.launch_instance(kernel_class=Echo)\n"
    )
    (folder / "kernel.json").write_text(
        json.dumps(
            {
                "argv": ["python", str(program), "-f", "{connection_file}"],
                "display_name": "Echo",
                "language": "echo",
            }
        )
    )
    async with bench(home, env={"JUPYTER_PATH": str(home / "share" / "jupyter")}) as found:
        link = await found.connect()
        link.send(stream.Adopt(room=ROOM, spec="echo", cwd=str(home)))
        run = await link.run("a", "anything at all")
        assert run.status == "ok" and found.record.stream("a") == "anything at all"
        kernel = found.record.state.kernel
        assert (kernel.spec, kernel.display_name, kernel.language) == ("echo", "Echo", "echo")
        assert found.record.state.language_info["name"] == "echo"


async def test_output_goes_on_while_nothing_else_happens(home: Path) -> None:
    async with room(home) as (found, link):
        execution = link.execute("a", "import time\nfor i in range(5):\n    print(i, flush=True); time.sleep(0.2)")
        await link.until(lambda: found.record.stream("a").startswith("0\n"))
        assert found.record.run("a").status == "running", "the first output does not wait for the end"
        assert await link.finished(execution) == "ok"
        await asyncio.sleep(0)
