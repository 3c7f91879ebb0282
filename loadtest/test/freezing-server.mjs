// An HTTP server in its own process that stops answering for a while: POST /freeze?ms=1000 blocks its event loop.
import { createServer } from 'node:http'

const pause = new Int32Array(new SharedArrayBuffer(4))
const body = '{"data":{"validateCommand":{"decision":"ALLOW","tier":"MEMORY","cacheHit":true}}}'
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  request.resume()
  request.on('end', () => {
    if (url.pathname === '/freeze') Atomics.wait(pause, 0, 0, Number(url.searchParams.get('ms')))
    response.setHeader('content-type', 'application/json')
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
process.on('disconnect', () => process.exit(0))
