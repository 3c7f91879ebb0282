import { AGENT_ROLES } from '@lighthouse/contract/principal'
import * as z from 'zod'

const names = z.array(z.string().min(1).max(256)).max(1_000).default([])
const claim = z.string().min(1).max(256)

/** What a configuration file says under `authorization`. */
export const authorizationSection = z.strictObject({
  mode: z
    .enum(['filter', 'reject'])
    .default('filter')
    .describe('Leave out what the caller may not see, or refuse the operation.'),
  dryRun: z
    .boolean()
    .default(false)
    .describe('Let everything pass, and say in `extensions.authorizationErrors` and the log what would not.'),
  scopesClaim: claim.default('scope').describe('The claim with the scopes: a list, or words in a text.'),
  policiesClaim: claim.default('policies').describe('The claim with the policies that hold for the caller.'),
  roles: z
    .partialRecord(z.enum(AGENT_ROLES), z.strictObject({ scopes: names, policies: names }))
    .optional()
    .describe('Scopes and policies that every caller of a role has, beside those of its claims.'),
})

export type AuthorizationInput = Readonly<z.input<typeof authorizationSection>>
export type AuthorizationSettings = Readonly<z.output<typeof authorizationSection>>
