package main

import (
	"flag"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"go.etcd.io/etcd/server/v3/embed"
)

// runEtcd serves one member that does not wait for the disk: a test's cluster need not outlive the machine.
func runEtcd(args []string) {
	flags := flag.NewFlagSet("etcd", flag.ExitOnError)
	dir := flags.String("data-dir", "", "folder of its data")
	client := flags.String("client-url", "", "address that it serves")
	peer := flags.String("peer-url", "", "address for members, which there are none of")
	_ = flags.Parse(args)

	config := embed.NewConfig()
	config.Dir = *dir
	config.LogLevel = "error"
	config.UnsafeNoFsync = true
	config.ListenClientUrls, config.AdvertiseClientUrls = urls(*client), urls(*client)
	config.ListenPeerUrls, config.AdvertisePeerUrls = urls(*peer), urls(*peer)
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	server, err := embed.StartEtcd(config)
	if err != nil {
		fail(err.Error())
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	select {
	case <-stop:
		server.Close()
	case err := <-server.Err():
		fail(err.Error())
	}
}

func urls(text string) []url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		fail(err.Error())
	}
	return []url.URL{*parsed}
}
