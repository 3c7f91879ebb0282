import fc from 'fast-check'
import { describe, it } from 'vitest'
import { type Answer, HttpParser } from '../src/http-parser.js'

function parse(pieces: readonly Buffer[], ended = false): Answer[] {
  const answers: Answer[] = []
  const parser = new HttpParser((answer) => answers.push(answer))
  for (const piece of pieces) parser.feed(piece)
  if (ended) parser.end()
  return answers
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length))
}

const withLength = (body: Buffer) =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nX-A: b: c\r\n\r\n`), body])

function chunked(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [Buffer.from('HTTP/1.1 503 Busy\r\ntransfer-encoding: gzip, chunked\r\n\r\n')]
  let from = 0
  for (let i = 0; from < body.length; i++) {
    const piece = body.subarray(from, from + (sizes[i % sizes.length] ?? 1))
    parts.push(Buffer.from(`${piece.length.toString(16)};name="v"\r\n`), piece, Buffer.from('\r\n'))
    from += piece.length
  }
  return Buffer.concat([...parts, Buffer.from('0\r\nx-trailer: t\r\n\r\n')])
}

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array))
const cuts = fc.array(fc.nat(2_000), { maxLength: 30 })

describe('HttpParser', () => {
  it('reads the same answers however the socket cuts them, with length or chunked, one after another', ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bytes, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), fc.boolean()), {
          minLength: 1,
          maxLength: 4,
        }),
        cuts,
        (answers, at) => {
          const wire = answers.map(([body, sizes, plain]) =>
            plain ? withLength(body) : chunked(body, sizes),
          )
          const read = parse(cut(Buffer.concat(wire), at))
          expect(read.map(({ body }) => body.toString('hex'))).toEqual(
            answers.map(([body]) => body.toString('hex')),
          )
          expect(read.map(({ status }) => status)).toEqual(answers.map(([, , plain]) => (plain ? 200 : 503)))
        },
      ),
      { seed: 1, numRuns: 300 },
    )
  })

  it('skips interim answers, and takes 204 and 304 as empty', ({ expect }) => {
    const wire = Buffer.from(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    )
    expect(parse([wire]).map(({ status, body }) => [status, body.toString()])).toEqual([
      [204, ''],
      [304, ''],
      [200, 'ok'],
    ])
  })

  it('reads until the connection closes when the answer has no length', ({ expect }) => {
    const answers = parse([Buffer.from('HTTP/1.1 200 OK\r\n\r\nhal'), Buffer.from('lo')], true)
    expect(answers.map(({ body, keepAlive }) => [body.toString(), keepAlive])).toEqual([['hallo', false]])
  })

  it('knows when the server will close: connection: close, and HTTP/1.0 without keep-alive', ({ expect }) => {
    const keepAlive = (head: string) => parse([Buffer.from(`${head}content-length: 0\r\n\r\n`)])[0]?.keepAlive
    expect(keepAlive('HTTP/1.1 200 OK\r\n')).toBe(true)
    expect(keepAlive('HTTP/1.1 200 OK\r\nConnection: close\r\n')).toBe(false)
    expect(keepAlive('HTTP/1.0 200 OK\r\n')).toBe(false)
    expect(keepAlive('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n')).toBe(true)
  })

  it('knows how long the server keeps an idle connection', ({ expect }) => {
    const idleMs = (line: string) =>
      parse([Buffer.from(`HTTP/1.1 200 OK\r\n${line}content-length: 0\r\n\r\n`)])[0]?.idleMs
    expect(idleMs('Keep-Alive: timeout=5, max=100\r\n')).toBe(5_000)
    expect(idleMs('keep-alive: max=9, timeout=72\r\n')).toBe(72_000)
    expect(idleMs('')).toBeUndefined()
  })

  it('says that an answer cut short was none', ({ expect }) => {
    const parser = new HttpParser(() => expect.unreachable())
    parser.feed(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort'))
    expect(parser.end()).toBe(false)
  })

  it('throws on what is not HTTP/1.1, and on heads, lines and bodies without end', ({ expect }) => {
    const broken: [string, RegExp][] = [
      ['SSH-2.0-OpenSSH_9.2\r\n\r\n', /status line/],
      ['HTTP/1.1 200 OK\r\nno colon\r\n\r\n', /not a header/],
      ['HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', /content-length/],
      ['HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n', /over/],
      ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /chunk size/],
      ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n', /does not end/],
      [`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}`, /head is over/],
      [`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${'1'.repeat(2_000)}`, /line between chunks/],
    ]
    for (const [wire, message] of broken) expect(() => parse([Buffer.from(wire)])).toThrow(message)
  })
})
