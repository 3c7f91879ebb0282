import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

interface Connection {
  readonly socket: Socket
  /** Bytes of the answer that is arriving. */
  arrived: number
  waiting: number
}

const READ_BYTES = 131_072

/**
 * Sends one request over and over, for as little CPU as Node can: bytes made once, sockets without HTTP, and answers told
 * apart by their length, which is the same for all of them and verified whenever nothing is under way.
 */
export class LightClient {
  readonly #host: string
  readonly #port: number
  readonly #count: number
  readonly #request: Buffer
  #connections: Connection[] = []
  #answerBytes = 0
  #answers = 0
  #repeats = false

  private constructor(url: URL, body: string, count: number) {
    this.#host = url.hostname
    this.#port = Number(url.port)
    this.#count = count
    const head = [
      `POST ${url.pathname} HTTP/1.1`,
      `host: ${url.host}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
    ]
    this.#request = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
  }

  /** Learns how long an answer is. Rejects unless it is 200 without errors. */
  static async open(url: string, body: string, connections: number): Promise<LightClient> {
    const client = new LightClient(new URL(url), body, connections)
    client.#answerBytes = await client.#measure()
    return client
  }

  /** Since it was opened. */
  get answers(): number {
    return this.#answers
  }

  /** Each connection sends the next request as soon as it is answered, for so long. Resolves with the answers a second. */
  async run(ms: number): Promise<number> {
    await this.#connect()
    this.#repeats = true
    const [before, from] = [this.#answers, performance.now()]
    for (const connection of this.#connections) this.#send(connection)
    await wait(ms)
    const perSecond = ((this.#answers - before) / (performance.now() - from)) * 1_000
    this.#repeats = false
    await this.#settle()
    return perSecond
  }

  /** So many requests a second, over the connections in turn, whatever becomes of them. */
  async pace(perSecond: number, ms: number): Promise<void> {
    await this.#connect()
    const from = performance.now()
    let sent = 0
    for (let at = 0; at < ms; at = performance.now() - from) {
      for (const due = (at * perSecond) / 1_000; sent < due; sent++) {
        const connection = this.#connections[sent % this.#count]
        if (connection !== undefined) this.#send(connection)
      }
      await wait(2)
    }
    await this.#settle()
  }

  #send(connection: Connection): void {
    connection.waiting += 1
    connection.socket.write(this.#request)
  }

  async #settle(): Promise<void> {
    while (this.#connections.some(({ waiting }) => waiting > 0)) {
      if (this.#connections.some(({ socket }) => socket.closed)) throw new Error('A connection was closed.')
      await wait(5)
    }
    if (this.#connections.some(({ arrived }) => arrived !== 0)) throw new Error('Answers differ in length.')
    for (const { socket } of this.#connections) socket.destroy()
  }

  /** Anew each time: the server closes what is idle. */
  async #connect(): Promise<void> {
    this.#connections = Array.from({ length: this.#count }, () => {
      const callback = (bytes: number): boolean => this.#read(connection, bytes)
      const onread = { buffer: Buffer.alloc(READ_BYTES), callback }
      const socket = connect({ host: this.#host, port: this.#port, noDelay: true, onread })
      const connection: Connection = { socket, arrived: 0, waiting: 0 }
      return connection
    })
    await Promise.all(this.#connections.map(({ socket }) => once(socket, 'connect')))
  }

  #read(connection: Connection, bytes: number): boolean {
    connection.arrived += bytes
    while (connection.waiting > 0 && connection.arrived >= this.#answerBytes) {
      connection.arrived -= this.#answerBytes
      connection.waiting -= 1
      this.#answers += 1
      if (this.#repeats) this.#send(connection)
    }
    return true
  }

  async #measure(): Promise<number> {
    const socket = connect({ host: this.#host, port: this.#port })
    socket.write(this.#request)
    let text = ''
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      text += chunk.toString('latin1')
      const [head = ''] = text.split('\r\n\r\n', 1)
      const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN)
      if (text.length >= head.length + 4 + length) break
    }
    socket.destroy()
    if (!text.startsWith('HTTP/1.1 200 ') || text.includes('"errors":['))
      throw new Error(`The gateway answered: ${text.slice(0, 300)}`)
    return text.length
  }
}
