import pytest

from cloud.protocols.samples import STANDARD_2017, one
from riverchief.cloud.protocols import hj212

HEAD = "QN=20240601085857223;ST=32;CN={cn};PW=123456;MN={mn};Flag={flag};"


def frame(area="", *, cn="2011", mn="010000A8900016F000169DC0", flag=5, head=HEAD):
    return hj212.encode_frame(head.format(cn=cn, mn=mn, flag=flag) + f"CP=&&{area}&&")


@pytest.mark.parametrize(
    ("flag", "system", "device", "dialect"),
    [
        (0, "32", "88888880000001", "2005"),
        (3, "32", "88888880000001", "2005"),
        (4, "21", "010000A8900016F000169DC0", "2017"),
        (7, "32", "010000A8900016F000169DC0", "2017"),
        (9, "32", "010000A8900016F000169DC0", "2025"),
        (9, "21", "A220582_0001", "surface-water"),
        (8, "21", "010000A8900016F000169DC0", "surface-water"),
        (8, "91", "A220582_0001", "surface-water"),
        (11, "91", "010000A8900016F000169DC0", "2025"),
    ],
)
def test_dialect_by_flag_system_and_device(flag, system, device, dialect):
    head = "QN=20240601085857223;ST=" + system + ";CN={cn};PW=1;MN={mn};Flag={flag};"
    assert one(frame(cn="9015", mn=device, flag=flag, head=head)).dialect == dialect


def test_no_flag_is_2005():
    message = one(frame("DataTime=20160824003817;011-Rtd=231.0", head="ST=32;CN={cn};PW=000000;MN=LD130133000015;"))
    assert message.dialect == "2005"
    assert message.defects == ("no QN", "no Flag")
    assert not message.wants_ack


@pytest.mark.parametrize(
    ("cn", "area", "kind", "waits"),
    [
        ("2011", "DataTime=20240601085857;w01001-Rtd=7.1", "realtime", True),
        ("2051", "DataTime=20240601085800;w01001-Avg=7.1", "minute", True),
        ("2061", "DataTime=20240601080000;w01001-Avg=7.1", "hour", True),
        ("2031", "DataTime=20240601000000;w01001-Avg=7.1", "day", True),
        ("2081", "DataTime=20240601085857;RestartTime=20240601085857", "startup", True),
        ("1011", "PolId=w01018;SystemTime=20240601085857", "clock", True),
        ("1011", "PolId=w01018", "request", False),
        ("2011", "", "request", False),
        ("2061", "BeginTime=20240601000000,EndTime=20240602000000", "request", False),
        ("1013", "PolId=w01018", "clock-request", True),
        ("1062", "RtdInterval=30", "request", False),
        ("9015", "", "heartbeat", True),
        ("9021", "", "login", True),
        ("9011", "QnRtn=1", "answer", False),
        ("9012", "ExeRtn=1", "result", False),
        ("9013", "", "ack", False),
        ("9014", "", "ack", False),  # field servers leave bit A in their answers
    ],
)
def test_what_a_command_is_for_and_who_waits(cn, area, kind, waits):
    message = one(frame(area, cn=cn))
    assert (message.valid, message.kind, message.wants_ack) == (True, kind, waits)


def test_who_does_not_ask_does_not_wait():
    assert not one(frame("DataTime=20240601085857;w01001-Rtd=7.1", flag=4)).wants_ack


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        ("QN=20240601085857223;ST=32;CN=2011;PW=1;Flag=4;CP=&&&&", "field: no MN, so the device is not known"),
        ("QN=20240601085857223;ST=32;PW=1;MN=A;Flag=4;CP=&&&&", "field: CN is '', not four digits"),
        ("QN=20240601085857223;ST=32;CN=20A1;PW=1;MN=A;Flag=4;CP=&&&&", "field: CN is '20A1', not four digits"),
        ("QN=20240601085857223;ST=32;CN=2011;PW=1;MN=A;Flag=4", "field: no data area between CP=&& and &&"),
        ("QN=20240601085857223;ST=32;CN=2011;PW=1;MN=A;Flag=4;CP=&&", "field: no data area between CP=&& and &&"),
        ("", "field: no MN, so the device is not known"),
    ],
)
def test_a_right_checksum_alone_is_no_message(segment, reason):
    message = one(hj212.encode_frame(segment))
    assert (message.valid, message.reason) == (False, reason)


@pytest.mark.parametrize(
    ("segment", "defect"),
    [
        # what is met in the field, or printed in the standard's own examples
        (";QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=4;CP=&&&&", "separator before first field"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=4;CP=&&&&;", "separator after closing &&"),
        ("QN=20240601085857223,ST=32;CN=1011;PW=1;MN=A;Flag=4;CP=&&&&", "comma between fields"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=4CP=&&&&", "no separator before CP"),
        ("QN=20240601085857223;ST=32;CN=1011;MN=A;PW=1;Flag=4;CP=&&&&", "field order differs from the standard"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=6;PNO=1;PNUM=2;CP=&&&&", "field order differs from the standard"),
        ("QN=1617950897270;ST=32;CN=1011;PW=1;MN=A;Flag=4;CP=&&&&", "QN is not 17 digits"),
        ("QN=20240601085857223;ST=101;CN=1011;PW=1;MN=A;Flag=4;CP=&&&&", "ST=101 is not 2 characters"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=7;CP=&&&&", "Flag D bit disagrees with PNUM/PNO"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=4;PNUM=2;PNO=1;CP=&&&&", "Flag D bit disagrees with PNUM/PNO"),
        ("QN=20240601085857223;ST=32;CN=1011;PW=1;MN=A;Flag=999;CP=&&&&", "Flag=999 is not 0 to 255"),
        ("QN=20240601085857223;ST=32;CN=2011;PW=1;MN=A;Flag=4;CP=&&DataTime=20240601085857;w01001-Rtd=7;&&", "separator before closing &&"),
    ],
)  # fmt: skip
def test_deviations_that_are_read(segment, defect):
    message = one(hj212.encode_frame(segment))
    assert message.valid
    assert message.defects == (defect,)
    assert message.device == "A"


def test_packets_keep_their_numbers():
    head = "QN=20240601085857223;ST=32;CN={cn};PW=1;MN={mn};Flag=7;PNUM=2;PNO=1;"
    message = one(frame("DataTime=20240601085857;w01001-Rtd=7.1", head=head))
    assert (message.fields["PNUM"], message.fields["PNO"]) == ("2", "1")
    assert message.defects == ()
    assert message.wants_ack


def test_back_filled_data_says_so():
    # HJ 212-2025: RF=1 between the packet numbers and the data area
    head = "QN=20260301000000001;ST=32;CN={cn};PW=1;MN={mn};Flag=9;RF=1;"
    message = one(frame("DataTime=20260228230000;w01018-Avg=40.1,w01018-Flag=N", cn="2061", head=head))
    assert message.fields["RF"] == "1"
    assert message.defects == ()


def test_fields_hold_the_rest():
    fields = one(STANDARD_2017).fields
    assert fields["QN"] == "20160801085857223"
    assert fields["cp"] == {"RtdInterval": "30"}
