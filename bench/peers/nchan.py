"""nginx with the nchan module, one worker, its messages in its own memory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from bench import processes
from bench.contestant import Kind, Server, Skipped
from bench.publish import HttpPublisher, payload

_MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
_PACKAGES = ("nginx", "libnginx-mod-nchan")
_START_SECONDS = 10
_INSTALL_SECONDS = 300
_CONFIG = """
load_module {module};
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log error;
events {{ worker_connections {connections}; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 1000000;
    nchan_shared_memory_size 256M;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location = /post {{
            nchan_publisher http;
            nchan_channel_id story;
            nchan_message_buffer_length 100;
        }}
        location = /events {{
            nchan_subscriber eventsource websocket;
            nchan_channel_id story;
            nchan_subscriber_first_message newest;
        }}
    }}
}}
"""


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    nginx = _nginx()
    port = _free_port()
    config = folder / "nginx.conf"
    files = processes.allow_many_files()
    config.write_text(
        _CONFIG.format(
            module=_MODULE, folder=folder, port=port, files=files, connections=files - 64
        )
    )
    command = [nginx, "-p", str(folder), "-c", str(config), "-e", str(folder / "nginx.log")]
    with processes.running(command, log=folder / "nginx.err") as process:
        _wait_until_open(port)
        paths: dict[Kind, str] = {"sse": "/events", "websocket": "/events"}
        with closing(HttpPublisher(port, "/post", payload)) as publisher:
            pids = (process.pid, *processes.children(process.pid))
            yield Server(port=port, pids=pids, paths=paths, publisher=publisher)


def _nginx() -> str:
    nginx = _path()
    if nginx is None or not _MODULE.exists():
        _install()
        nginx = _path()
    if nginx is None or not _MODULE.exists():
        raise Skipped(f"no nginx with nchan here: apt-get install {' '.join(_PACKAGES)}")
    return nginx


def _path() -> str | None:
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def _install() -> None:
    """On Debian, as root. At runlevel 1 the package does not start its own service."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    click.echo("Installing nginx with nchan, to compare with …")
    command = [apt, "install", "-y", "--no-install-recommends", *_PACKAGES]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    subprocess.run(
        command, env=environment, capture_output=True, check=False, timeout=_INSTALL_SECONDS
    )


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


def _wait_until_open(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise Skipped("nginx does not start with this configuration") from None
            time.sleep(0.02)
