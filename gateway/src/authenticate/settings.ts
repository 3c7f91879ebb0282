import { AGENT_ROLES } from '@lighthouse/contract/principal'
import * as z from 'zod'
import { isLoopback } from '../listen.js'

/** With a public key only: a token that is signed with a shared secret could be made by whoever knows the key set. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const issuer = z.strictObject({
  issuer: z.string().min(1).max(512).describe('What the claim `iss` must be, to the letter.'),
  jwksUrl: z
    .string()
    .refine(isSafeUrl, 'must be https, or http on this machine')
    .describe("Where the issuer's keys are: https, or http on this machine."),
  audience: z
    .array(z.string().min(1).max(512))
    .min(1)
    .max(32)
    .describe('The claim `aud` must have one of these.'),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).describe('Algorithms that a token may be signed with.'),
  clockToleranceMs: z
    .int()
    .min(0)
    .max(300_000)
    .default(5_000)
    .describe("How far the issuer's clock may be off."),
  role: z.enum(AGENT_ROLES).default('GUEST').describe('The role of its callers, for limits and subgraphs.'),
})

/** What a configuration file says under `authentication`. */
export const authenticationSection = z.strictObject({
  required: z.boolean().default(true).describe('`false`: operations without a credential run as nobody.'),
  header: z
    .string()
    .regex(HEADER, 'is no header name')
    .toLowerCase()
    .default('authorization')
    .describe('The header with the token, after `Bearer ` in `authorization`.'),
  jwt: z
    .array(issuer)
    .min(1)
    .max(16)
    .refine((all) => new Set(all.map((one) => one.issuer)).size === all.length, 'has an issuer twice')
    .describe('Who issues tokens that are accepted.'),
})

export type AuthenticationInput = Readonly<z.input<typeof authenticationSection>>
export type AuthenticationSettings = Readonly<z.output<typeof authenticationSection>>
export type IssuerSettings = AuthenticationSettings['jwt'][number]

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
}
