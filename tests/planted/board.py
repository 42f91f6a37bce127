"""Defects planted in the board: overlay, units, rules."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "a station that hangs stays hung",
        "board/systemd/horodateur.service",
        "WatchdogSec=8\n",
        "WatchdogSec=0\n",
        "tests/workshop/board/test_supervisor.py::test_a_station_that_hangs_is_started_again_and_one_that_keeps_failing_says_so_on_the_glass",
    ),
    Defect(
        "a station that keeps failing leaves a dark glass",
        "board/systemd/horodateur.service",
        "OnFailure=horodateur-out-of-service.service\n",
        "",
        "tests/workshop/board/test_supervisor.py::test_a_card_without_its_journal_is_out_of_service_too",
    ),
    Defect(
        "the GPIO library has nowhere to keep its pipe on a read-only root",
        "board/systemd/horodateur.service",
        "WorkingDirectory=/run/horodateur\n",
        "",
        "tests/workshop/board/test_supervisor.py::test_the_station_runs_with_no_right_it_does_not_need",
    ),
    Defect(
        "starts that time out never end out of service",
        "board/systemd/horodateur.service",
        "TimeoutStartSec=90\n",
        "TimeoutStartSec=120\n",
        "tests/workshop/board/test_systemd.py::test_a_station_that_never_gets_ready_is_given_up_within_the_ten_minutes",
    ),
    Defect(
        "the line to the city runs with every capability",
        "board/systemd/horodateur-sync.service",
        "CapabilityBoundingSet=\n",
        "",
        "tests/workshop/board/test_systemd.py::test_no_unit_is_more_exposed_than_stated",
    ),
    Defect(
        "root may be written",
        "board/systemd/fstab",
        "LABEL=HDT-ROOT-A  /                    ext4   ro,noatime ",
        "LABEL=HDT-ROOT-A  /                    ext4   rw,noatime ",
        "tests/workshop/board/test_systemd.py::test_root_is_read_only_and_only_the_journals_partition_is_written",
    ),
    Defect(
        "the overlay takes the pin of the mains contact for the display",
        "board/overlay/horodateur-bcm2835.dts",
        "brcm,pins = <10 11>;",
        "brcm,pins = <9 10 11>;",
        "tests/workshop/board/test_overlay.py::test_the_kernel_takes_the_pins_the_board_file_leaves_it_and_no_other",
    ),
    Defect(
        "the Bluetooth chip keeps the printer's port",
        "board/overlay/horodateur-bcm2835.dts",
        '\t\t\tbluetooth {\n\t\t\t\tstatus = "disabled";',
        '\t\t\tbluetooth {\n\t\t\t\tstatus = "okay";',
        "tests/workshop/board/test_overlay.py::test_bluetooth_gives_the_printers_port_back",
    ),
    Defect(
        "on a Pi 4 the printer has no name",
        "board/udev/70-horodateur.rules",
        'KERNELS=="3f201000.serial|fe201000.serial|1f00030000.serial"',
        'KERNELS=="3f201000.serial|1f00030000.serial"',
        "tests/workshop/board/test_udev.py::test_the_printer_is_the_headers_own_port_on_every_computer",
    ),
    Defect(
        "a card answers whoever shares its cable",
        "board/image/root/etc/nftables.conf",
        "priority filter; policy drop;\n\t\tiif",
        "priority filter; policy accept;\n\t\tiif",
        "tests/workshop/board/test_network.py::test_nobody_calls_a_station",
    ),
    Defect(
        "a stock system's own rules take the header away from the station",
        "board/udev/70-horodateur.rules",
        'KERNELS=="3f200000.gpio|fe200000.gpio|1f000d0000.gpio", GROUP:="horodateur"',
        'KERNELS=="3f200000.gpio|fe200000.gpio|1f000d0000.gpio", GROUP="horodateur"',
        "tests/workshop/board/test_udev.py::test_on_a_stock_raspberry_pi_os_the_devices_are_the_stations_all_the_same",
    ),
)
