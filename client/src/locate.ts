import { join } from 'node:path'
import { ClientError } from './client-error.js'
import { type ClientConfig, readConfig } from './config.js'
import { readCredentials, readInstance } from './instance.js'

export interface LocateOptions {
  /** The GraphQL endpoint; wins over everything else. */
  readonly url?: string | undefined
  readonly key?: string | undefined
  readonly dataDir?: string | undefined
  /** Which key of credentials.json is taken when none is given. */
  readonly as?: 'agent' | 'admin'
  /** What stands in for what is not given; the environment unless a test says otherwise. */
  readonly config?: Omit<ClientConfig, 'hookBudgetMs'>
}

export interface Location {
  readonly url: string
  readonly wsUrl: string
  /** Undefined only for a gateway that was named without a key. */
  readonly key: string | undefined
  readonly from: 'named' | 'instance'
}

/**
 * Finds the endpoint and the key: what is passed, else LIGHTHOUSE_URL and LIGHTHOUSE_KEY, else the instance that runs
 * from the data directory with its credentials.json. Throws ClientError NO_INSTANCE or BAD_CONFIGURATION, whose
 * message says what to do.
 */
export async function locate(options: LocateOptions = {}): Promise<Location> {
  const config = options.config ?? readConfig()
  const dataDir = options.dataDir ?? config.dataDir
  const named = options.url ?? (options.dataDir === undefined ? config.url : undefined)
  const key = options.key ?? config.key
  const instance = named !== undefined && key !== undefined ? undefined : await readInstance(dataDir)
  if (named !== undefined) {
    const url = endpoint(named)
    const known = key === undefined && instance !== undefined && endpoint(instance.graphql) === url
    return { url, wsUrl: toWs(url), key: known ? await keyOf(dataDir, options.as) : key, from: 'named' }
  }
  if (instance === undefined) {
    throw new ClientError(
      'NO_INSTANCE',
      `No Lighthouse runs from ${dataDir}; start one with "lighthouse up", or set LIGHTHOUSE_URL and LIGHTHOUSE_KEY.`,
    )
  }
  return {
    url: instance.graphql,
    wsUrl: instance.ws,
    key: key ?? (await keyOf(dataDir, options.as)),
    from: 'instance',
  }
}

async function keyOf(dataDir: string, as: 'agent' | 'admin' = 'agent'): Promise<string> {
  const file = join(dataDir, 'credentials.json')
  const credentials = await readCredentials(file)
  const key = as === 'admin' ? credentials?.adminKey : credentials?.agentKey
  if (typeof key === 'string' && key !== '') return key
  throw new ClientError('BAD_CONFIGURATION', `${file} holds no ${as} key; set LIGHTHOUSE_KEY.`)
}

function endpoint(text: string): string {
  try {
    const url = new URL(text)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(url.protocol)
    if (url.pathname === '/' || url.pathname === '') url.pathname = '/graphql'
    return url.href
  } catch (cause) {
    throw new ClientError('BAD_CONFIGURATION', `"${text}" is not an http(s) address of a GraphQL endpoint.`, {
      cause,
    })
  }
}

function toWs(url: string): string {
  return url.replace(/^http/, 'ws')
}
