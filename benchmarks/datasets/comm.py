"""An event over the comm of a real kernel, beside a comm whose handler does nothing: what is ours and ipykernel's.

Both are sent in turn to one kernel, each when the one before it was done with; the clock is one for all processes.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

KERNEL: Final = """
import json, time
import anndata, comm, numpy, scipy.sparse
import fumehood
from fumehood.viewer.comm import beside
data = anndata.AnnData(scipy.sparse.csr_matrix((1000, 1), dtype="float32"))
data.obsm["X_umap"] = numpy.random.default_rng(1).normal(size=(1000, 2)).astype("float32")
viewer = fumehood.show(data, transport="comm")
heard = {"ours": [], "alone": []}
alone = comm.create_comm(target_name="bench")
alone.on_msg(lambda message: heard["alone"].append(time.perf_counter()))
beside.hear_beside(alone)
@viewer.on_click
def clicked(event):
    heard["ours"].append(time.perf_counter())
print(json.dumps([viewer.id, viewer._transport.widget.comm.comm_id, alone.comm_id]))
"""


def clicks(folder: Path, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the client to the hook, and to a handler that does nothing."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    manager.start_kernel(cwd=str(folder))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        viewer, ours, alone = json.loads(_told(client, KERNEL).splitlines()[-1])
        sent: dict[str, list[float]] = {"ours": [], "alone": []}
        for number in range(count):
            said = {"type": "click", "viewer": viewer, "page": "0" * 16, "sequence": number + 1, "cell": number % 1000}
            for who, comm, data in (("ours", ours, {"method": "custom", "content": said}), ("alone", alone, {})):
                message = client.session.msg("comm_msg", {"comm_id": comm, "data": data})
                sent[who].append(time.perf_counter())
                client.shell_channel.send(message)
                _idle(client, message["header"]["msg_id"])
        heard = json.loads(_told(client, "print(json.dumps(heard))"))
        mine, bare = (
            [1000 * (there - here) for there, here in zip(heard[who], sent[who], strict=True)] for who in sent
        )
        return mine, bare
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _told(client: Any, code: str) -> str:
    said = ""
    asked = client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != asked:
            continue
        content = message["content"]
        assert message["msg_type"] != "error", content
        said += content["text"] if message["msg_type"] == "stream" and content["name"] == "stdout" else ""
        if content.get("execution_state") == "idle":
            return said


def _idle(client: Any, asked: str) -> None:
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == asked and message["content"].get("execution_state") == "idle":
            return
