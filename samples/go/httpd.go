// httpd is the server of the story: it says that it starts, then answers every request with one line.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	address := ":8080"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	fmt.Println("http daemon start")
	fmt.Printf("  -> listen on port%s\n", address)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello from", r.Host)
	})
	log.Fatal(http.ListenAndServe(address, nil))
}
