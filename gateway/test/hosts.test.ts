import { connect } from 'node:net'
import { describe, it } from 'vitest'
import type { Gateway, GatewayOptions } from '../src/main.js'
import { isOwnHost } from '../src/http/hosts.js'
import { gatewayOf } from './gateway-world.js'
import { graph } from './graph.js'

/** Sends a request with these headers as they are; the whole answer as text. */
function send(gateway: Gateway, path: string, headers: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\nconnection: close\r\n\r\n`)
    })
    let text = ''
    socket.on('data', (chunk) => {
      text += String(chunk)
      if (text.startsWith('HTTP/1.1 101')) socket.destroy()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

const open = (options: Partial<GatewayOptions> = {}) =>
  gatewayOf(graph().subgraphs, {
    routes: {
      '/hook/': (_, response) => {
        response.end('hooked')
        return Promise.resolve()
      },
    },
    ...options,
  })

const UPGRADE = [
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
  'sec-websocket-protocol: graphql-transport-ws',
]

describe('[P-138] a gateway on loopback', () => {
  it('is not called by a name that a page had pointed to this machine', async ({ expect }) => {
    await using gateway = await open()
    for (const path of ['/graphql?query={__typename}', '/console/', '/metrics', '/hook/claude', '/livez']) {
      const answer = await send(gateway, path, [
        `host: evil.example:${gateway.port}`,
        'origin: http://evil.example',
      ])
      expect(answer).toMatch(/^HTTP\/1.1 421 /)
      expect(answer).toContain('"code":"HOST_NOT_ALLOWED"')
      expect(answer).not.toContain('access-control-allow-origin')
    }
    expect(await send(gateway, '/graphql', ['host: evil.example', ...UPGRADE])).toMatch(/^HTTP\/1.1 421 /)
  })

  it('is called by the names of this machine, on every path', async ({ expect }) => {
    await using gateway = await open()
    for (const host of [
      `127.0.0.1:${gateway.port}`,
      'localhost',
      'LocalHost:1',
      'x.localhost:80',
      '[::1]:4000',
    ]) {
      expect(await send(gateway, '/graphql?query={__typename}', [`host: ${host}`])).toMatch(/^HTTP\/1.1 200 /)
      expect(await send(gateway, '/hook/claude', [`host: ${host}`])).toContain('hooked')
    }
    expect(await send(gateway, '/graphql', ['host: localhost', ...UPGRADE])).toMatch(/^HTTP\/1.1 101 /)
  })

  it('is called by the names that are listed, too', async ({ expect }) => {
    await using gateway = await open({ allowedHosts: ['Graph.example'] })
    const status = (host: string) =>
      send(gateway, '/livez', [`host: ${host}`]).then((text) => text.slice(9, 12))
    expect(await status('graph.example:8443')).toBe('200')
    expect(await status('GRAPH.EXAMPLE.')).toBe('200')
    expect(await status('localhost')).toBe('200')
    expect(await status('x.graph.example')).toBe('421')
  })

  it.for([
    ['evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1@evil.example', false],
    ['[::1', false],
    ['[::1]x', false],
    ['', false],
    ['127.1.2.3', true],
  ] as const)('takes %j for its name: %s', ([host, isOwn], { expect }) => {
    expect(isOwnHost(host, { allowedHosts: [], loopback: true })).toBe(isOwn)
    expect(isOwnHost(host, { allowedHosts: ['*'], loopback: true })).toBe(true)
    expect(isOwnHost(host, { allowedHosts: [], loopback: false })).toBe(true)
    expect(isOwnHost(host, { allowedHosts: ['graph.example'], loopback: false })).toBe(isOwn)
  })
})
