package conformance_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/seed-6092453b/ferry/conformance"
	"github.com/seed-6092453b/ferry/internal/selfcheck"
)

func ExampleRun() {
	servers, err := selfcheck.Start(context.Background(), selfcheck.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer servers.Close()
	report, err := conformance.Run(context.Background(), conformance.Target{
		Endpoint: conformance.Endpoint{Addr: servers.Target().Addr, User: "joe", Password: "secret"},
		Only:     []string{"PAR-02", "TRF-0"},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, failed := range report.Failures(conformance.Should) {
		fmt.Println(failed.ID, failed.Reason)
	}
	fmt.Println(report.Count(conformance.Passed, ""), "of", len(report.Results), "have passed")
	// Output: 10 of 10 have passed
}

func ExampleReport_WriteText() {
	item, _ := conformance.Lookup("DCO-26")
	report := conformance.Report{
		Subject: "ftp.example.com:21",
		Began:   time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
		Took:    1200 * time.Millisecond,
		Results: []conformance.Result{{
			Item:    item,
			Verdict: conformance.Failed,
			Reason:  "the reply names an address",
			Dialogue: []conformance.Exchange{
				{Conn: "control", Way: conformance.Sent, Text: "EPSV"},
				{Conn: "control", Way: conformance.Received, Text: "229 Here (|1|192.0.2.1|6446|)"},
			},
		}},
	}
	if err := report.WriteText(os.Stdout, conformance.TextOptions{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// ftp.example.com:21
	// 1 item, 2026-11-21 12:00 UTC, in 1.2s
	//
	// DCO  Data connections             0 passed, 1 failed
	//
	//   DCO-26  MUST  failed
	//     done      EPSV
	//     demanded  229 `(|||port|)`, first two fields empty
	//     wrong     the reply names an address
	//     where     RFC 2428, 3 https://www.rfc-editor.org/rfc/rfc2428#section-3
	//          0.000  control > EPSV
	//          0.000  control < 229 Here (|1|192.0.2.1|6446|)
	//
	//                passed   failed  not offered  not run
	// MUST                0        1            0        0
	// all                 0        1            0        0
	//
	// MUST failed: DCO-26
}
