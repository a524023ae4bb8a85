// etcd_load puts values into an etcd cluster, or reads them, for a time, and prints what that came
// to as one line of JSON. It does what `tessera bench write` and `tessera bench read` do inside a
// member: each client makes its next call when its last one has ended.
//
// Built by ../etcd.py against Debian's golang-etcd-server-dev; needs no network.
package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/clientv3"
)

type options struct {
	endpoints []string
	clients   int
	valueSize int
	keys      int
	connected int
	read      bool
	weak      bool
	warmUp    time.Duration
	measured  time.Duration
}

type report struct {
	Calls   int     `json:"calls"`
	Failed  int     `json:"failed"`
	Problem string  `json:"problem"`
	Seconds float64 `json:"seconds"`
	Rate    float64 `json:"calls_per_second"`
	P50     float64 `json:"p50_seconds"`
	P99     float64 `json:"p99_seconds"`
	Max     float64 `json:"max_seconds"`
}

// What one client did while it was measured.
type tally struct {
	took    []time.Duration
	failed  int
	problem string
}

func main() {
	var o options
	endpoints := flag.String("endpoints", "", "host:port of members, separated by commas")
	flag.IntVar(&o.clients, "clients", 64, "calls under way at once")
	flag.IntVar(&o.connected, "connections", 64, "gRPC connections that they share, at most one each")
	flag.IntVar(&o.valueSize, "value-size", 256, "bytes of each value")
	flag.IntVar(&o.keys, "keys", 1000, "how many keys there are")
	flag.BoolVar(&o.read, "read", false, "read instead of write")
	flag.BoolVar(&o.weak, "weak", false, "read from the member that is asked alone")
	flag.DurationVar(&o.warmUp, "warm-up", time.Second, "not measured")
	flag.DurationVar(&o.measured, "for", 5*time.Second, "measured")
	flag.Parse()
	o.endpoints = strings.Split(*endpoints, ",")
	if o.connected > o.clients {
		o.connected = o.clients
	}
	result, err := run(o)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

func run(o options) (report, error) {
	connections := make([]*clientv3.Client, o.connected)
	for at := range connections {
		// Each to one member, in turn: as tessera's clients sit in one member each.
		endpoint := o.endpoints[at%len(o.endpoints)]
		connection, err := clientv3.New(clientv3.Config{
			Endpoints: []string{endpoint}, DialTimeout: 10 * time.Second})
		if err != nil {
			return report{}, fmt.Errorf("%s: %v", endpoint, err)
		}
		defer connection.Close()
		connections[at] = connection
	}
	if o.read {
		for key := 0; key < o.keys; key++ {
			if _, err := connections[0].Put(context.Background(), name(key), value(o.valueSize)); err != nil {
				return report{}, err
			}
		}
	}
	began := time.Now()
	from := began.Add(o.warmUp)
	until := from.Add(o.measured)
	tallies := make([]tally, o.clients)
	var group sync.WaitGroup
	for at := 0; at < o.clients; at++ {
		group.Add(1)
		go func(at int) {
			defer group.Done()
			tallies[at] = serve(o, at, connections[at%len(connections)], from, until)
		}(at)
	}
	group.Wait()
	return sum(tallies, o.measured), nil
}

func serve(o options, client int, to *clientv3.Client, from, until time.Time) tally {
	var done tally
	for number := client; ; number += o.clients {
		began := time.Now()
		if !began.Before(until) {
			return done
		}
		err := call(o, number, to)
		ended := time.Now()
		if ended.Before(from) || ended.After(until) {
			continue
		}
		if err != nil {
			done.failed++
			done.problem = err.Error()
			continue
		}
		done.took = append(done.took, ended.Sub(began))
	}
}

func call(o options, number int, to *clientv3.Client) error {
	key := name(number % o.keys)
	if !o.read {
		_, err := to.Put(context.Background(), key, value(o.valueSize))
		return err
	}
	var how []clientv3.OpOption
	if o.weak {
		how = append(how, clientv3.WithSerializable())
	}
	answer, err := to.Get(context.Background(), key, how...)
	if err == nil && (len(answer.Kvs) != 1 || len(answer.Kvs[0].Value) != o.valueSize) {
		return fmt.Errorf("%s does not hold what was put there", key)
	}
	return err
}

func name(key int) string {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], uint64(key))
	return string(raw[:])
}

// Random bytes, which cannot be compressed.
func value(size int) string {
	raw := make([]byte, size)
	if _, err := rand.Read(raw); err != nil {
		log.Fatal(err)
	}
	return string(raw)
}

func sum(tallies []tally, measured time.Duration) report {
	var all []time.Duration
	var result report
	for _, each := range tallies {
		all = append(all, each.took...)
		result.Failed += each.failed
		if each.problem != "" {
			result.Problem = each.problem
		}
	}
	result.Calls = len(all)
	result.Seconds = measured.Seconds()
	result.Rate = float64(len(all)) / measured.Seconds()
	if len(all) == 0 {
		return result
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	at := func(share float64) float64 {
		return all[int(share*float64(len(all)-1))].Seconds()
	}
	result.P50, result.P99, result.Max = at(0.5), at(0.99), at(1)
	return result
}
