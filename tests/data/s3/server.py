"""OpenStack Swift with its S3 interface, all of it in one process: a real implementation of the protocol for tests.

server.py FOLDER PORT ACCESS_KEY SECRET_KEY, with the modules of Debian's package python3-swift in PYTHONPATH. FOLDER is where objects
lie; its file system has extended attributes. It listens on the loopback only, and writes "ready" when it answers. Where the variable REQUESTS names a file, each request leaves a line there.
"""
import array
import os
import sys

import eventlet
eventlet.monkey_patch()
from eventlet import wsgi

folder, port, access, secret = sys.argv[1:]
from swift.common import utils
from swift.common.ring import RingData
from swift.common.storage_policy import reload_storage_policies
from swift.common.wsgi import SwiftHttpProtocol, loadapp

CONF = f"""
[swift-hash]
swift_hash_path_prefix = tests
swift_hash_path_suffix = tests
"""
STORE = """
[DEFAULT]
devices = {folder}
mount_check = false
swift_dir = {folder}
disable_fallocate = true
fallocate_reserve = 0
log_level = ERROR
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
[DEFAULT]
swift_dir = {folder}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret} .admin
[filter:slo]
use = egg:swift#slo
"""


class Cache:
    """What Swift wants memcached for: one process needs no more than this. Nothing is remembered, so that nothing can be stale."""

    def get(self, key, **_):
        return None

    def set(self, key, value, **_):
        pass

    def delete(self, key, **_):
        pass

    def incr(self, key, delta=1, **_):
        return delta


def with_cache(app):
    def call(env, start_response):
        env["swift.cache"] = Cache()
        return app(env, start_response)
    return call


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def serve(kind, listener, text, requests=None):
    app = loadapp(write(f"{kind}.conf", text), global_conf={"log_name": kind})
    return eventlet.spawn(wsgi.server, listener, with_cache(app), log_output=requests is not None,
                          log=open(requests, "w", 1) if requests else utils.NullLogger(),
                          protocol=SwiftHttpProtocol)


os.makedirs(os.path.join(folder, "d"), exist_ok=True)
utils.SWIFT_CONF_FILE = write("swift.conf", CONF)
utils.validate_hash_conf()
reload_storage_policies()
listeners = {}
for kind in ("account", "container", "object"):
    listeners[kind] = eventlet.listen(("127.0.0.1", 0))
    place = {"id": 0, "region": 1, "zone": 1, "weight": 1.0, "device": "d", "ip": "127.0.0.1",
             "port": listeners[kind].getsockname()[1]}
    place.update(replication_ip=place["ip"], replication_port=place["port"])
    RingData([array.array("H", [0, 0])], [place], 31).save(os.path.join(folder, f"{kind}.ring.gz"))
for kind, listener in listeners.items():
    serve(kind, listener, STORE.format(folder=folder, kind=kind))
account, user = access.split(":")
front = serve("proxy", eventlet.listen(("127.0.0.1", int(port))),
              PROXY.format(folder=folder, account=account, user=user, secret=secret), os.environ.get("REQUESTS"))
print("ready", flush=True)
front.wait()
