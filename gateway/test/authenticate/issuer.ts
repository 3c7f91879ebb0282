import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

export type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>

export type Claims = Readonly<Record<string, unknown>>

export interface Signing {
  readonly kid?: string
  readonly alg?: string
  readonly key?: KeyPair['privateKey'] | Uint8Array
  readonly header?: Readonly<Record<string, unknown>>
}

export const AUDIENCE = 'graph'

/** An issuer of tokens with its key set on loopback, whose answers and clock a test decides. */
export class Issuer implements AsyncDisposable {
  readonly issuer = 'https://issuer.example'
  /** Requests for the key set, and for whatever else. */
  readonly asked: string[] = []
  readonly keys: JWK[] = []
  /** Answers instead of the key set. */
  answer: ((response: ServerResponse) => void) | undefined
  /** Milliseconds since the epoch. */
  at = Date.now()
  readonly now = () => this.at
  #pair: KeyPair | undefined
  readonly #server = createServer((request, response) => {
    this.asked.push(request.url ?? '')
    if (this.answer !== undefined) return this.answer(response)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ keys: this.keys }))
  })

  static async open(): Promise<Issuer> {
    const issuer = new Issuer()
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve))
    issuer.#pair = await issuer.addKey('first')
    return issuer
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What a configuration says of it. */
  get settings() {
    const jwksUrl = `${this.origin}/keys`
    return { issuer: this.issuer, jwksUrl, audience: [AUDIENCE], algorithms: ['ES256' as const] }
  }

  async addKey(kid: string, alg = 'ES256'): Promise<KeyPair> {
    const pair = await generateKeyPair(alg, { extractable: true })
    this.keys.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' })
    return pair
  }

  /** A token for `anna` for a minute, but for what is given; `undefined` leaves a claim out. */
  async token(
    claims: Claims = {},
    { kid = 'first', alg = 'ES256', key, header }: Signing = {},
  ): Promise<string> {
    const seconds = Math.floor(this.at / 1_000)
    const payload = {
      iss: this.issuer,
      aud: AUDIENCE,
      sub: 'anna',
      iat: seconds,
      exp: seconds + 60,
      ...claims,
    }
    const signWith = key ?? this.#pair?.privateKey
    if (signWith === undefined) throw new Error('not open')
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
      .setProtectedHeader({ alg, kid, ...header })
      .sign(signWith)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}
