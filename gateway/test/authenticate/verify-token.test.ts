import type { ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, it } from 'vitest'
import { KeySets } from '../../src/authenticate/key-sets.js'
import { KeysUnavailable } from '../../src/authenticate/key-set.js'
import { createTokenVerifier } from '../../src/authenticate/verify-token.js'
import { authenticationSection } from '../../src/authenticate/settings.js'
import { Issuer, type Claims, type Signing } from './issuer.js'

const CLAIMS = { scopesClaim: 'scope', policiesClaim: 'realm.policies' }

async function open(settings: object = {}) {
  const issuer = await Issuer.open()
  const { jwt } = authenticationSection.parse({ jwt: [{ ...issuer.settings, ...settings }] })
  const keySets = new KeySets({ now: issuer.now })
  const verify = createTokenVerifier({ issuers: jwt, claims: CLAIMS, keySets, now: issuer.now })
  return { issuer, verify, [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose]() }
}

describe('[P-128] a token', () => {
  it('speaks for its subject at its issuer, with the scopes and policies of its claims', async ({
    expect,
  }) => {
    await using world = await open()
    const token = await world.issuer.token({ scope: 'read  write', realm: { policies: ['gdpr', 7] } })
    expect(await world.verify(token)).toEqual({
      agentId: 'https://issuer.example#anna',
      role: 'GUEST',
      keyId: 'jwt:first',
      scopes: ['read', 'write'],
      policies: ['gdpr'],
    })
    expect(world.issuer.asked).toEqual(['/keys'])
  })

  it('may have its scopes in a list', async ({ expect }) => {
    await using world = await open()
    expect((await world.verify(await world.issuer.token({ scope: ['a', 'b c'] })))?.scopes).toEqual([
      'a',
      'b c',
    ])
    expect((await world.verify(await world.issuer.token({ scope: { a: true } })))?.scopes).toEqual([])
  })

  const seconds = () => Math.floor(Date.now() / 1_000)
  it.for<[why: string, claims: Claims, signing?: Signing]>([
    ['has expired', { exp: seconds() - 60 }],
    ['never expires', { exp: undefined }],
    ['is not valid yet', { nbf: seconds() + 60 }],
    ['is of another issuer', { iss: 'https://other.example' }],
    ['names no issuer', { iss: undefined }],
    ['is meant for somebody else', { aud: 'other' }],
    ['is meant for nobody', { aud: undefined }],
    ['names no subject', { sub: undefined }],
    ['has an empty subject', { sub: '' }],
    ['names a key that the issuer does not have', {}, { kid: 'second' }],
    ['must be understood in a way that it is not', {}, { header: { crit: ['exp'] } }],
  ])('that %s is refused', async ([, claims, signing], { expect }) => {
    await using world = await open()
    const token = await world.issuer.token(claims, signing).catch(() => 'a.b.c')
    expect(await world.verify(token)).toBeUndefined()
  })

  it('is believed a little after its end, as far as clocks may differ, and not longer', async ({
    expect,
  }) => {
    await using world = await open({ clockToleranceMs: 10_000 })
    const token = await world.issuer.token()
    expect(await world.verify(token)).toBeDefined()
    world.issuer.at += 65_000
    expect(await world.verify(token)).toBeDefined()
    world.issuer.at += 6_000
    expect(await world.verify(token)).toBeUndefined()
  })

  it('that was changed, or signed by somebody else, is refused', async ({ expect }) => {
    await using world = await open()
    const token = await world.issuer.token({ scope: 'read' })
    const [header = '', , signature = ''] = token.split('.')
    const other = (await world.issuer.token({ scope: 'admin' })).split('.')[1] ?? ''
    expect(await world.verify(`${header}.${other}.${signature}`)).toBeUndefined()
    const stranger = await generateKeyPair('ES256')
    expect(await world.verify(await world.issuer.token({}, { key: stranger.privateKey }))).toBeUndefined()
  })

  it('is signed with an algorithm that is configured, whatever it says itself', async ({ expect }) => {
    await using world = await open()
    const { issuer, verify } = world
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [, payload = ''] = (await issuer.token()).split('.')
    expect(await verify(`${encoded({ alg: 'none' })}.${payload}.`)).toBeUndefined()
    const rsa = await issuer.addKey('rsa', 'RS256')
    issuer.at += 31_000
    expect(
      await verify(await issuer.token({}, { kid: 'rsa', alg: 'RS256', key: rsa.privateKey })),
    ).toBeUndefined()
    // The public key as a shared secret: whoever has the key set could sign.
    const secret = new TextEncoder().encode(JSON.stringify(issuer.keys[0]))
    expect(await verify(await issuer.token({}, { alg: 'HS256', key: secret }))).toBeUndefined()
    issuer.keys.push({
      kty: 'oct',
      k: Buffer.from(secret).toString('base64url'),
      kid: 'shared',
      alg: 'HS256',
    })
    issuer.at += 31_000
    expect(await verify(await issuer.token({}, { kid: 'shared', alg: 'HS256', key: secret }))).toBeUndefined()
  })

  it('cannot say where its key is', async ({ expect }) => {
    await using world = await open()
    const { issuer, verify } = world
    const stranger = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(stranger.publicKey)
    for (const header of [
      { jku: `${issuer.origin}/evil` },
      { x5u: `${issuer.origin}/evil` },
      { jwk },
      { kid: `${issuer.origin}/evil` },
      { kid: '../../etc/passwd' },
    ]) {
      expect(await verify(await issuer.token({}, { key: stranger.privateKey, header }))).toBeUndefined()
    }
    expect(new Set(issuer.asked)).toEqual(new Set(['/keys']))
  })

  it.for(['', '.', 'a.b', 'a.b.c', '..', 'e30.e30.e30', 'x'.repeat(8_000)])(
    'is not %s',
    async (text, { expect }) => {
      await using world = await open()
      expect(await world.verify(text)).toBeUndefined()
      expect(world.issuer.asked).toEqual([])
    },
  )
})

describe('[P-128] the keys of an issuer', () => {
  it('are fetched once for many tokens, also at the same time', async ({ expect }) => {
    await using world = await open()
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => world.issuer.token({ sub })))
    for (const one of await Promise.all(tokens.map((token) => world.verify(token)))) expect(one).toBeDefined()
    expect(world.issuer.asked).toHaveLength(1)
  })

  it('are fetched again for a key that is new, and not for every key that is not known', async ({
    expect,
  }) => {
    await using world = await open()
    const { issuer, verify } = world
    await verify(await issuer.token())
    const next = await issuer.addKey('next')
    const renewed = await issuer.token({}, { kid: 'next', key: next.privateKey })
    expect(await verify(renewed)).toBeUndefined()
    expect(issuer.asked).toHaveLength(1)
    issuer.at += 30_000
    expect(await verify(renewed)).toBeDefined()
    expect(issuer.asked).toHaveLength(2)
    for (let n = 0; n < 50; n += 1) await verify(await issuer.token({}, { kid: `unknown ${n}` }))
    expect(issuer.asked).toHaveLength(2)
  })

  it('that were withdrawn are not believed for long', async ({ expect }) => {
    await using world = await open()
    const { issuer, verify } = world
    const token = await issuer.token({ exp: Math.floor(issuer.at / 1_000) + 86_400 })
    expect(await verify(token)).toBeDefined()
    issuer.keys.length = 0
    issuer.at += 601_000
    // The first to come after ten minutes is answered with the old keys, and makes them be fetched.
    await verify(token)
    await expect.poll(() => issuer.asked.length).toBe(2)
    // The clock goes on while the new keys are on their way.
    const later = () => {
      issuer.at += 20_000
      return verify(token)
    }
    await expect.poll(later).toBeUndefined()
  })

  it.for<[string, (response: ServerResponse, issuer: Issuer) => void]>([
    ['answers 500', (response) => response.writeHead(500).end()],
    ['answers HTML', (response) => response.writeHead(200).end('<html>')],
    ['answers something that is no key set', (response) => response.writeHead(200).end('{"keys":1}')],
    ['answers keys that are none', (response) => response.writeHead(200).end('{"keys":[1]}')],
    [
      'sends elsewhere',
      (response, { origin }) => response.writeHead(302, { location: `${origin}/other` }).end(),
    ],
    [
      'answers without an end',
      (response) => response.writeHead(200).end(`{"keys":[${'{},'.repeat(200_000)}{}]}`),
    ],
    ['cuts the connection', (response) => response.destroy()],
  ])('let nobody pass while their address %s', async ([, answer], { expect }) => {
    await using world = await open()
    const { issuer, verify } = world
    issuer.answer = (response) => answer(response, issuer)
    const token = await issuer.token()
    await expect(verify(token)).rejects.toThrow(KeysUnavailable)
    // Not asked again for each who comes.
    await expect(verify(token)).rejects.toThrow(KeysUnavailable)
    expect(issuer.asked).toHaveLength(1)
    issuer.answer = undefined
    issuer.at += 5_000
    expect(await verify(token)).toBeDefined()
  })

  it('are used on for an hour while they cannot be fetched, and then let nobody pass', async ({ expect }) => {
    await using world = await open()
    const { issuer, verify } = world
    await verify(await issuer.token())
    issuer.answer = (response) => response.destroy()
    issuer.at += 3_500_000
    expect(await verify(await issuer.token())).toBeDefined()
    issuer.at += 200_000
    await expect(verify(await issuer.token())).rejects.toThrow(KeysUnavailable)
  })
})

describe('the settings of an issuer', () => {
  const valid = { issuer: 'i', jwksUrl: 'https://i/keys', audience: ['a'], algorithms: ['RS256'] }
  it.for([
    ['a shared secret as algorithm', { algorithms: ['HS256'] }],
    ['no signature as algorithm', { algorithms: ['none'] }],
    ['no algorithm', { algorithms: [] }],
    ['no audience', { audience: [] }],
    ['keys over http from elsewhere', { jwksUrl: 'http://i/keys' }],
    ['keys from a file', { jwksUrl: 'file:///keys' }],
  ] as const)('do not take %s', ([, wrong], { expect }) => {
    expect(authenticationSection.safeParse({ jwt: [valid] }).success).toBe(true)
    expect(authenticationSection.safeParse({ jwt: [{ ...valid, ...wrong }] }).success).toBe(false)
    expect(authenticationSection.safeParse({ jwt: [valid, valid] }).success).toBe(false)
  })
})
