package main_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// These benchmarks time the program as a whole process: what a person waits for, with the
// start, the reading and the printing. They report seconds of wall and processor time and
// the peak of memory, as the operating system accounts them.

// BenchmarkProcessReplay replays the 5,000 incidents of the UCI sample under the seven
// standard contracts.
func BenchmarkProcessReplay(b *testing.B) {
	history, err := filepath.Abs("../../../shared/data/tickets/uci_incident_event_log_5000.csv.gz")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(history); err != nil {
		b.Skipf("the sample history is not there: %v", err)
	}
	program := build(b)
	for b.Loop() {
		measure(b, program, "replay", "--zone", "Europe/Lisbon", history)
	}
}

// BenchmarkProcessGrowth replays made-up histories of growing size under four contracts,
// one of each model. WATCHBILL_GROWTH is the largest number of incidents.
func BenchmarkProcessGrowth(b *testing.B) {
	largest := 1_000_000
	if text := os.Getenv("WATCHBILL_GROWTH"); text != "" {
		var err error
		if largest, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	program := build(b)
	replay := []string{"replay", "--zone", "Europe/Amsterdam", "--format", "json"}
	for _, standing := range []string{"fixed_capacity", "sla_hotfix gold", "sla_critical_dedicated platinum", "managed_service platinum"} {
		model, tier, tiered := strings.Cut(standing, " ")
		file := filepath.Join(b.TempDir(), model+".yaml")
		init := []string{"contract", "init", "--model", model, "--zone", "Europe/Amsterdam", "--holidays", "NL@1", "-o", file}
		if tiered {
			init = append(init, "--tier", tier)
		}
		run(b, exec.Command(program, init...))
		replay = append(replay, "--contract", file)
	}
	for _, incidents := range []int{largest / 4, largest} {
		b.Run(fmt.Sprint(incidents), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "history.csv")
			run(b, exec.Command(program, "history", "sample", "--incidents", strconv.Itoa(incidents), "-o", file))
			header, rows := count(b, file)
			for b.Loop() {
				measure(b, program, append(replay, file)...)
			}
			b.ReportMetric(float64(rows)/float64(incidents), "states/incident")
			b.ReportMetric(float64(strings.Count(header, ",")+1), "columns")
		})
	}
}

// count reads the header and counts the rows, in little memory: the system counts what this
// process holds towards the peak of the processes that it starts.
func count(b *testing.B, file string) (header string, rows int) {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if header == "" {
			header = lines.Text()
		} else {
			rows++
		}
	}
	return header, rows
}

func build(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "watchbill")
	run(b, exec.Command("go", "build", "-o", program, "."))
	return program
}

func run(b *testing.B, cmd *exec.Cmd) {
	b.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// measure runs the program and reports what the operating system says it took.
func measure(b *testing.B, program string, args ...string) {
	b.Helper()
	cmd := exec.Command(program, args...)
	run(b, cmd)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("this system does not account for processes")
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	b.ReportMetric(cpu.Seconds(), "cpu-s")
	b.ReportMetric(float64(usage.Maxrss)/1024, "peak-MB") // Linux counts kilobytes
}
