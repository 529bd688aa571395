"""What the server refuses, and that what users write stays text."""

import json
import urllib.error
import urllib.request

import pytest
import visiting

NASTY = "<img src=x onerror=alert(1)> **bold** [link](http://elsewhere.example) $x^2$ :red[no]"


def put(address, data, headers):
    request = urllib.request.Request(address, data=data, headers=headers, method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    refused.value.close()
    return refused.value.code


def test_an_upload_without_its_token_is_refused(server):
    assert put(f"{server}/_stcore/upload_file/x/y", b"name: x", {}) == 403


def test_an_upload_above_the_limit_is_refused_by_the_server_itself(visit, server):
    page = visit(f"/tune?{visiting.QUICK}")
    sent = []
    page.on("request", lambda asked: sent.append(asked) if "upload_file" in asked.url else None)
    upload(page, "small.yaml", b"name: small\nextends: minimal.yaml\n")
    address, token = sent[0].url, sent[0].headers["x-xsrftoken"]
    code = page.evaluate(
        """async ([address, token]) => {
          const form = new FormData();
          form.append("file", new File(["x".repeat(3000000)], "large.yaml"));
          return (await fetch(address, {method: "PUT", headers: {"X-Xsrftoken": token}, body: form})).status;
        }""", [address, token])
    assert code == 413


def upload(page, name, data):
    """Give the page a file, as the dialogue of the browser does."""
    if not page.get_by_test_id("stFileUploaderDropzoneInput").count():
        page.get_by_text("Start from a file of your own").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": name, "mimeType": "application/yaml", "buffer": data}
    )
    page.wait_for_timeout(500)
    visiting.at_rest(page)


def test_what_users_write_stays_text(visit):
    page = visit(f"/tune?{visiting.QUICK}")
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    upload(page, "nasty.yaml", f"name: {json.dumps(NASTY)}\nextends: minimal.yaml\n".encode())
    said = page.inner_text("[data-testid=stMain]")
    assert NASTY in said
    assert page.locator("[data-testid=stMain] img").count() == 0
    assert page.locator("a[href*='elsewhere.example']").count() == 0
    assert alarms == []


def test_a_visitor_does_not_see_what_another_is_tuning(visit):
    one = visit(f"/tune?{visiting.QUICK}")
    upload(one, "mine.yaml", b"# only mine\nname: Only mine\nextends: minimal.yaml\n")
    assert "Only mine" in one.inner_text("[data-testid=stMain]")
    other = visit(f"/tune?{visiting.QUICK}")
    assert "Only mine" not in other.inner_text("body")
    assert "only mine" not in other.get_by_role("textbox", name="Text of the scenario file").input_value()


def test_the_agent_interface_is_off(server):
    request = urllib.request.Request(f"{server}/_stcore/agent/interact", b"{}", {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    refused.value.close()
    assert refused.value.code in (403, 404, 405)
