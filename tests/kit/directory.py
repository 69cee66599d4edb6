"""A real slapd (OpenLDAP) with a few officers, for tests of signing in by a directory."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from engine.config.environment import DirectoryServer
from tests.kit.waiting import free_port, listening, wait_for

# Debian keeps servers where only root looks.
SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/local/libexec") or "slapd"
SLAPADD = shutil.which("slapadd", path="/usr/sbin:/usr/local/sbin") or "slapadd"
BASE = "ou=people,dc=tinh"
PASSWORD = "mật khẩu ở thư mục"
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/both.pem
TLSCertificateKeyFile {folder}/both.pem
database mdb
suffix "dc=tinh"
directory {folder}/data
maxsize 10485760
access to attrs=userPassword by anonymous auth
access to * by self read by users read
"""
TREE = """
dn: dc=tinh
objectClass: dcObject
objectClass: organization
dc: tinh
o: Tinh

dn: ou=people,dc=tinh
objectClass: organizationalUnit
ou: people
"""
OFFICER = """
dn: uid={login},ou=people,dc=tinh
objectClass: inetOrgPerson
uid: {login}
cn: {name}
sn: {name}
mail: {login}@tinh.example
departmentNumber: {unit}
employeeType: {group}
userPassword: {password}
"""


@contextmanager
def running_directory(folder: Path, *officers: tuple[str, str, str, str]) -> Iterator[DirectoryServer]:
    """slapd with officers as (login, name, unit, group); yields how to reach it. The table of roles is the test's."""
    (folder / "data").mkdir(parents=True)
    authority, port = trustme.CA(), free_port()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert(
        "localhost", "127.0.0.1", socket.gethostname(), socket.getfqdn()
    ).private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    (folder / "slapd.conf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
    entries = [
        OFFICER.format(login=login, name=name, unit=unit, group=group, password=PASSWORD)
        for login, name, unit, group in officers
    ]
    subprocess.run(
        [SLAPADD, "-f", folder / "slapd.conf"],
        input=TREE + "".join(entries),
        text=True,
        check=True,
        capture_output=True,
    )
    url = f"ldaps://127.0.0.1:{port}"
    command = [SLAPD, "-f", str(folder / "slapd.conf"), "-h", url, "-d", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(lambda: listening(port) or process.poll() is not None)
            bind = f"uid={{login}},{BASE}"
            yield DirectoryServer(url, bind, BASE, "(uid={login})", folder / "roles.csv", folder / "ca.pem")
        finally:
            process.terminate()
            process.wait(60)
