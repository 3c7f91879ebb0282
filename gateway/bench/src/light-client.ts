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
  /** Requests that are still to be sent as soon as a connection has its answer. */
  #left = 0
  #waiting = 0
  #settled: (failure?: Error) => void = () => undefined

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

  /** Sends so many requests, each connection the next as soon as it is answered. */
  async send(requests: number): Promise<void> {
    await this.#connect()
    this.#left = requests
    await this.#repeat()
  }

  /** Does so for so long, over new connections. Resolves with the answers a second. */
  async run(ms: number): Promise<number> {
    this.close()
    await this.#connect()
    this.#left = Number.POSITIVE_INFINITY
    const [before, from] = [this.#answers, performance.now()]
    const settled = this.#repeat()
    await wait(ms)
    const perSecond = ((this.#answers - before) / (performance.now() - from)) * 1_000
    this.#left = 0
    await settled
    return perSecond
  }

  /** So many requests a second, over new connections in turn, whatever becomes of them. */
  async pace(perSecond: number, ms: number): Promise<void> {
    this.close()
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

  /** Nothing may be under way. */
  close(): void {
    for (const { socket } of this.#connections) socket.destroy()
    this.#connections = []
  }

  #repeat(): Promise<void> {
    for (const connection of this.#connections) this.#next(connection)
    return this.#settle()
  }

  #next(connection: Connection): void {
    if (this.#left <= 0) return
    this.#left -= 1
    this.#send(connection)
  }

  #send(connection: Connection): void {
    connection.waiting += 1
    this.#waiting += 1
    connection.socket.write(this.#request)
  }

  async #settle(): Promise<void> {
    if (this.#waiting > 0) {
      await new Promise<void>((resolve, reject) => {
        this.#settled = (failure) => (failure === undefined ? resolve() : reject(failure))
      })
    }
    if (this.#connections.some(({ arrived }) => arrived !== 0)) throw new Error('Answers differ in length.')
  }

  /** Unless it is: the server closes what is idle for long. */
  async #connect(): Promise<void> {
    if (this.#connections.length > 0) return
    this.#connections = Array.from({ length: this.#count }, () => {
      const callback = (bytes: number): boolean => this.#read(connection, bytes)
      const onread = { buffer: Buffer.alloc(READ_BYTES), callback }
      const socket = connect({ host: this.#host, port: this.#port, noDelay: true, onread })
      socket.on('close', () => {
        if (connection.waiting > 0) this.#settled(new Error('A connection was closed.'))
      })
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
      this.#waiting -= 1
      this.#answers += 1
      this.#next(connection)
    }
    if (this.#waiting === 0) this.#settled()
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
