// getaddrinfo runs on libuv's pool, whose four threads four silent name servers would hold: unrelated checks would then
// seem to time out. The pool is made at its first use, so this must be the first import of the process.
process.env.UV_THREADPOOL_SIZE ??= '64'
