import { WebSocket } from 'ws'

/** Console-like clients: each holds one `liveMetrics` subscription over graphql-transport-ws. */
export interface Dashboards extends AsyncDisposable {
  /** Frames that all of them received, and how many of them were refused or lost their connection. */
  counts(): { readonly frames: number; readonly failed: number }
}

export interface DashboardOptions {
  readonly wsUrl: string
  readonly key: string | undefined
  readonly count: number
  readonly intervalMs: number
}

/** What a dashboard subscribes to. */
export const SUBSCRIPTION = `subscription LoadDashboard($intervalMs: Int) {
  liveMetrics(intervalMs: $intervalMs) { at total { count errors p50Ms p95Ms p99Ms } operations { name count p99Ms } }
}`

/** Opens the dashboards without waiting for them; a dashboard that loses its connection is counted, not reopened. */
export function openDashboards(options: DashboardOptions): Dashboards {
  let frames = 0
  let failed = 0
  let closing = false
  const sockets = Array.from({ length: options.count }, () => {
    const socket = new WebSocket(options.wsUrl, 'graphql-transport-ws', { perMessageDeflate: false })
    socket.on('open', () => socket.send(init(options.key)))
    socket.on('message', (data: Buffer) => {
      const type = typeOf(data)
      if (type === 'next') frames++
      else if (type === 'connection_ack') socket.send(subscribe(options.intervalMs))
      else if (type === 'ping') socket.send('{"type":"pong"}')
      else if (type === 'error') socket.close()
    })
    // An error is always followed by close, which counts it once.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      if (!closing) failed++
    })
    return socket
  })
  return {
    counts: () => ({ frames, failed }),
    async [Symbol.asyncDispose]() {
      closing = true
      await Promise.all(sockets.map(close))
    },
  }
}

function close(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve()
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.terminate()
  })
}

function init(key: string | undefined): string {
  return JSON.stringify({
    type: 'connection_init',
    payload: key === undefined ? {} : { authorization: `Bearer ${key}` },
  })
}

function subscribe(intervalMs: number): string {
  const payload = { query: SUBSCRIPTION, operationName: 'LoadDashboard', variables: { intervalMs } }
  return JSON.stringify({ id: '1', type: 'subscribe', payload })
}

function typeOf(data: Buffer): string | undefined {
  // graphql-ws puts id or type first; reading only the head keeps a thousand dashboards cheap.
  return /"type":"([a-z_]+)"/.exec(data.toString('utf8', 0, 200))?.[1]
}
