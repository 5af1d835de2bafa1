"""The distribution's own editor (nm-connection-editor with the plugins' GNOME packages) makes a profile, and it connects.

Runs only where xvfb, xdotool, imagemagick, network-manager-gnome and network-manager-{sstp,pptp}-gnome are installed, or lie in the stage.
Places to click are relative to the editor's window, measured with version 1.30 and the standard theme; what they did is checked in the
profile. The screenshots lie in the output directory.
"""
import os
import re
import shutil
import time

from .attempt import Attempt
from .connecting import ping
from .env import PASSWORD, SERVER_IP, USER
from .lab import scenario
from .sysx import sh, spawn, wait_for

DISPLAY = {"DISPLAY": ":9", "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory", "HOME": "/root", "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": "/run/lab"}

# (x, y) of each thing to click.
PLACES = {
    "sstp": {"gateway": (298, 141), "user": (326, 259), "password": (312, 299), "keep": (489, 299), "for all users": (391, 199),
             "advanced": (447, 489), "apply": (400, -4), "save": (474, 553)},
    "pptp": {"gateway": (236, 142), "user": (236, 222), "advanced": (316, 401), "mppe": (46, 218), "apply": (345, -21), "save": (344, 465)},
}


class Editor:
    """The editor of one new profile on a display of its own."""

    def __init__(self, lab):
        self.lab, self.places = lab, PLACES[lab.proto]
        self.env = dict(os.environ, **DISPLAY)
        sh("glib-compile-schemas", "/usr/share/glib-2.0/schemas")
        sh("ldconfig")
        self.server = spawn("Xvfb", ":9", "-screen", "0", "1100x900x24", "-nolisten", "tcp", ns="client", log="/run/lab/xvfb.log")
        wait_for(lambda: os.path.exists("/tmp/.X11-unix/X9"), 30)
        self.window = spawn("dbus-run-session", "--", "nm-connection-editor", "--create", f"--type=org.freedesktop.NetworkManager.{lab.proto}",
                            ns="client", env=self.env, log=os.path.join(lab.env.out, "editor.log"))
        if not wait_for(self.geometry, 60):
            raise RuntimeError("the editor shows no window")
        self.pause(2)

    def pause(self, seconds):
        time.sleep(seconds * self.lab.env.patience())

    def geometry(self):
        text = sh("xdotool", "search", "--onlyvisible", "--name", "^Editing", "getwindowgeometry", ns="client", env=self.env)[1]
        m = re.search(r"Position: (-?\d+),(-?\d+)", text)
        return m and (int(m[1]), int(m[2]))

    def xdotool(self, *words):
        sh("xdotool", *words, ns="client", env=self.env)
        self.pause(0.5)

    def click(self, what):
        (x, y), (dx, dy) = self.geometry(), self.places[what]
        self.xdotool("mousemove", str(x + dx), str(y + dy), "click", "1")

    def write(self, text):
        self.xdotool("type", "--delay", "30", text)

    def shot(self, name):
        program = shutil.which("import") or shutil.which("import-im6.q16")
        sh(program, "-window", "root", os.path.join(self.lab.env.out, f"editor-{self.lab.proto}-{name}.png"), ns="client", env=self.env)

    def close(self):
        for p in (self.window, self.server):
            p.terminate()
            p.wait(10)


def make(editor, proto):
    editor.xdotool("key", "ctrl+a")
    editor.write("made-by-hand")
    editor.click("gateway")
    editor.write(SERVER_IP)
    editor.click("user")
    editor.write(USER)
    if proto == "sstp":
        # "Store the password for all users": as it is, the field takes none.
        editor.click("keep")
        editor.shot("keep")
        editor.click("for all users")
        editor.click("password")
        editor.write(PASSWORD)
    editor.shot("main")
    editor.click("advanced")
    editor.pause(1)
    if proto == "pptp":
        editor.click("mppe")
    editor.shot("advanced")
    editor.click("apply")
    editor.pause(1)
    editor.shot("before-save")
    editor.click("save")


@scenario("editor")
def editor_profile(lab):
    """A profile made by hand in the peers' editor connects; nmcli asks for the password, because there is no keyring."""
    missing = [p for p in ("nm-connection-editor", "Xvfb", "xdotool") if not shutil.which(p)]
    if missing:
        lab.skip("editor", f"not installed: {missing}")
        return
    lab.start_server()
    editor = Editor(lab)
    try:
        make(editor, lab.proto)
        saved = wait_for(lambda: "made-by-hand" in sh("nmcli", "-t", "-f", "NAME", "connection")[1], 15)
        editor.shot("after-save")
    finally:
        editor.close()
    data = sh("nmcli", "-s", "-g", "vpn.data,vpn.service-type", "connection", "show", "made-by-hand")[1].strip()
    wanted = {"sstp": ["connection-type = password", f"gateway = {SERVER_IP}", f"user = {USER}", "ignore-cert-warn = yes", "tls-ext = yes", "password-flags = "],
              "pptp": [f"gateway = {SERVER_IP}", f"user = {USER}", "require-mppe = yes", "password-flags = 2"]}[lab.proto]
    if not lab.check("Editor_Saves", saved and all(x in data for x in wanted), data, data=data):
        return
    # The SSTP editor 1.3.0 stores 1 (an agent keeps it) although its icon says "for all users": nmcli then asks as well.
    a = Attempt(lab, "made-by-hand", 60, answer=PASSWORD)
    came = a.rc == 0 and ping(lab) or (lab.job["where"] == "host" and re.search("never called back", "\n".join(a.said())))
    lab.check("Editor_ProfileConnects", came, a.text, **a.summary())
    sh("nmcli", "connection", "down", "made-by-hand")
    sh("nmcli", "connection", "delete", "made-by-hand")
    lab.stop_server()
