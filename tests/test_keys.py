"""Secrets of an installation: made once, beside each other, never replaced by surprise."""

import stat

import pytest

from traceapp import keys


def test_a_first_start_makes_a_serial_key_and_its_pin_key(tmp_path):
    [key] = keys.serial_keys(tmp_path)
    assert (tmp_path / "keys/serial-0001.key").read_bytes() == key.secret
    assert key.pin is not None
    assert (tmp_path / "keys/pin-0001.key").read_bytes() == key.pin.secret != key.secret
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_a_second_start_finds_the_same_keys(tmp_path):
    assert keys.serial_keys(tmp_path) == keys.serial_keys(tmp_path)


def test_an_installation_from_before_pins_gets_a_pin_key_for_every_serial_key(tmp_path):
    (tmp_path / "keys").mkdir()
    for number in (1, 2):
        (tmp_path / f"keys/serial-000{number}.key").write_bytes(bytes([number]) * 32)
    newer, older = keys.serial_keys(tmp_path)
    assert (newer.id, newer.secret, older.secret) == ("0002", b"\x02" * 32, b"\x01" * 32)
    assert newer.pin is not None
    assert older.pin is not None
    assert newer.pin.fingerprint != older.pin.fingerprint
    assert {path.name for path in (tmp_path / "keys").glob("pin-*")} == {"pin-0001.key", "pin-0002.key"}


def test_a_folder_that_cannot_take_a_pin_key_stops_no_stamp_without_one(tmp_path, caplog):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/serial-0001.key").write_bytes(bytes(32))
    (tmp_path / "keys/pin-0001.key").mkdir()  # whatever is wrong with the file, root included
    [key] = keys.serial_keys(tmp_path)
    assert key.pin is None
    assert "pin-0001.key" in caplog.text


def test_a_first_start_makes_a_key_for_signed_codes(tmp_path):
    made = keys.code_keys(tmp_path)
    assert made.signing is not None
    assert (tmp_path / "keys/vc-0001.key").read_bytes() == made.signing.secret
    assert stat.S_IMODE((tmp_path / "keys/vc-0001.key").stat().st_mode) == 0o600
    assert made.ring == {"0001": made.signing.public}
    assert keys.code_keys(tmp_path) == made


def test_the_highest_key_signs_and_the_old_ones_still_verify(tmp_path):
    old = keys.code_keys(tmp_path).signing
    (tmp_path / "keys/vc-0002.key").write_bytes(b"\x02" * 32)
    made = keys.code_keys(tmp_path)
    assert made.signing is not None
    assert made.signing.id == "0002"
    assert made.ring == {"0001": old.public, "0002": made.signing.public}


def test_a_retired_key_may_leave_only_its_public_half(tmp_path):
    old = keys.code_keys(tmp_path)
    (tmp_path / "keys/vc-0001.key").unlink()
    (tmp_path / "keys/vc-0001.pub").write_bytes(old.signing.public)
    made = keys.code_keys(tmp_path)
    assert (made.signing, made.ring) == (None, old.ring)
    assert not (tmp_path / "keys/vc-0001.key").exists()


@pytest.mark.parametrize("name", ["vc-0001.key", "vc-0001.pub"])
def test_half_a_key_file_is_named_and_nothing_is_signed_with_it(tmp_path, name):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / name).write_bytes(b"\x01" * 31)
    with pytest.raises(ValueError, match="32 bytes"):
        keys.code_keys(tmp_path)
