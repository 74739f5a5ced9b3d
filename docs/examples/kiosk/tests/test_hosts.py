from kiosk.hosts import for_resolver


def test_a_host_with_an_umlaut_is_asked_for_in_ascii():
    assert for_resolver("bücher.example") == b"xn--bcher-kva.example"
