import { fileURLToPath } from 'node:url'

/** Where the policies that come with the product are. */
export const SHIPPED_POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url))

/** The folder of the policies to load: LIGHTHOUSE_POLICIES_DIR, or those that come with the product. */
export function readPoliciesDir(env: Readonly<Record<string, string | undefined>>): string {
  return env['LIGHTHOUSE_POLICIES_DIR'] || SHIPPED_POLICIES
}
