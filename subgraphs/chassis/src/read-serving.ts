/** Where a subgraph that runs alone listens, and the secret by which it knows the gateway. */
export interface Serving {
  readonly host: string
  readonly port: number
  readonly gatewaySecret: string
}

/**
 * Reads them from LIGHTHOUSE_GATEWAY_SECRET (required), LIGHTHOUSE_HOST (127.0.0.1 unless set) and LIGHTHOUSE_PORT. Throws
 * naming the variable that is missing or wrong.
 */
export function readServing(env: Readonly<Record<string, string | undefined>>, defaultPort: number): Serving {
  const gatewaySecret = env['LIGHTHOUSE_GATEWAY_SECRET']
  if (!gatewaySecret) {
    throw new Error('LIGHTHOUSE_GATEWAY_SECRET is not set; the gateway signs with it who the caller is')
  }
  const port = Number(env['LIGHTHOUSE_PORT'] || defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`LIGHTHOUSE_PORT is ${JSON.stringify(env['LIGHTHOUSE_PORT'])}; it takes a port number`)
  }
  return { host: env['LIGHTHOUSE_HOST'] || '127.0.0.1', port, gatewaySecret }
}
