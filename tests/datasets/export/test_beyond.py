"""Beyond one machine: a cluster that loses a worker in the middle, and a real S3 server."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fumehood
from fumehood.core.errors import BadSetting, ExportExists, FileMissing, ScaleFailed, StorageFailed
from fumehood.datasets.checking import check
from fumehood.datasets.export import scale
from tests.datasets.export.test_exporting import contents
from tests.doors import atlases

pytestmark = [
    pytest.mark.all,
    pytest.mark.filterwarnings("default"),  # of dask's and moto's own
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return atlases.written(tmp_path_factory.mktemp("data"), genes=200)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as made:  # type: ignore[no-untyped-call]
        yield made


class Bucket:
    def __init__(self, endpoint: str) -> None:
        import obstore
        from obstore.store import S3Store

        self.options = {"endpoint": endpoint}
        self._do = obstore
        self._store = S3Store("data", config=self.options, client_options={"allow_http": True})  # type: ignore[arg-type]

    def put(self, name: str, data: bytes) -> None:
        self._do.put(self._store, name, data)

    def names(self) -> list[str]:
        return [str(one["path"]) for page in self._do.list(self._store) for one in page]

    def download(self, prefix: str, folder: Path) -> Path:
        for name in self.names():
            if name.startswith(f"{prefix}/"):
                target = folder / name.removeprefix(f"{prefix}/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(bytes(self._do.get(self._store, name).bytes()))
        return folder


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    import urllib.request

    from moto.server import ThreadedMotoServer

    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        endpoint = f"http://{host}:{port}"
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/data", method="PUT"), timeout=10).close()
        yield Bucket(endpoint)
    finally:
        server.stop()


def test_a_cluster_that_loses_a_worker_in_the_middle_writes_the_same_folder(
    place: Path, tmp_path: Path, cluster: Any
) -> None:
    alone = tmp_path / "alone"
    fumehood.export(place, alone, genes="both")
    killed: list[int] = []

    def told(progress: Any) -> None:
        if progress.stage == "step" and progress.done < progress.total and not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    out = tmp_path / "out"
    report = fumehood.export(place, out, genes="both", scheduler=cluster.scheduler_address, progress=told)
    assert killed and contents(out) == contents(alone) and check(out) == [] and report.resumed == 0


def test_from_s3_to_s3_with_and_without_a_cluster_and_on_after_a_stop(
    place: Path, tmp_path: Path, cluster: Any, bucket: Bucket
) -> None:
    bucket.put("in/atlas.h5ad", place.read_bytes())
    words: dict[str, Any] = {"store": bucket.options}
    alone = tmp_path / "alone"
    fumehood.export(place, alone)

    class Stopped(Exception):
        pass

    told: list[Any] = []

    def stop(progress: Any) -> None:
        told.append(progress)
        if len(told) == 9:
            raise Stopped

    with pytest.raises(Stopped):
        fumehood.export("s3://data/in/atlas.h5ad", "s3://data/out", progress=stop, **words)
    # Not an export yet: what would make it one is written last.
    assert "out/dataset_identity.json" not in bucket.names()
    report = fumehood.export("s3://data/in/atlas.h5ad", "s3://data/out", **words)
    assert report.resumed > 3
    assert contents(bucket.download("out", tmp_path / "back")) == contents(alone)
    assert not [name for name in bucket.names() if "hoodexport" in name]
    atlases.atlas(genes=200).write_zarr(tmp_path / "atlas.zarr")
    for path in (tmp_path / "atlas.zarr").rglob("*"):
        if path.is_file():
            bucket.put(f"in/{path.relative_to(tmp_path).as_posix()}", path.read_bytes())
    fumehood.export("s3://data/in/atlas.zarr", tmp_path / "zarr", **words)
    assert check(tmp_path / "zarr") == []
    assert contents(tmp_path / "zarr")["var/G7.values.u8.gz"] == contents(alone)["var/G7.values.u8.gz"]
    with pytest.raises(ExportExists):
        fumehood.export("s3://data/in/atlas.h5ad", "s3://data/out", **words)
    keys = {
        f"aws_{name}": os.environ[f"AWS_{name.upper()}"] for name in ("access_key_id", "secret_access_key", "region")
    }
    words = {"store": {**bucket.options, **keys}, "scheduler": cluster.scheduler_address, "replace": True}
    fumehood.export("s3://data/in/atlas.h5ad", "s3://data/out", genes="shards", **words)
    names = [name for name in bucket.names() if name.startswith("out/")]
    assert any(name.endswith(".shard") for name in names) and not any(name.startswith("out/var/") for name in names)
    assert check(bucket.download("out", tmp_path / "shards")) == []


def test_what_cannot_be_reached_is_said_in_a_sentence(
    place: Path, tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "CONNECT", 0.5)
    out = tmp_path / "out"
    with pytest.raises(FileMissing):
        fumehood.export("s3://data/none.h5ad", out, store=bucket.options)
    with pytest.raises(StorageFailed, match="s3://"):
        fumehood.export(place, "s3://other/out", store=bucket.options)
    with pytest.raises(BadSetting):
        fumehood.export(place, "s3://data", store=bucket.options)
    with pytest.raises(ScaleFailed, match="Nobody answers"):
        fumehood.export(place, out, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(BadSetting, match="in memory"):
        fumehood.export(atlases.atlas(), out, scheduler="tcp://127.0.0.1:9")
    assert not out.exists()
