import { readFileSync } from 'node:fs'

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The version of this package. */
export const VERSION = readVersion()
/** How the load generator and the demo name themselves to the gateway. */
export const LOAD_CLIENT = `lighthouse-load/${VERSION}`
export const DEMO_CLIENT = `lighthouse-demo/${VERSION}`
