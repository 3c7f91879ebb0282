import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keepFirst, kept } from './keep.js'

/** What the processes of one installation share and nobody else may know. */
export interface Secrets {
  /** Signs the principal between gateway and subgraphs. */
  readonly gatewaySecret: string
  /** Keys the hashes of credentials: a stolen registry.json verifies nothing. */
  readonly keyPepper: string
  readonly clickhouse: {
    /** Writes rows and owns the schema. */
    readonly writer: ClickHouseUser
    /** Reads only. */
    readonly analyst: ClickHouseUser
  }
}

export interface ClickHouseUser {
  readonly user: string
  readonly password: string
}

/**
 * The secrets of a data directory; the first call makes them (256 bits each) and keeps them in secrets.json, mode 0600.
 * Throws when the file is there but damaged or incomplete: new secrets would silently end every session and key.
 */
export function openSecrets({ dataDir }: { readonly dataDir: string }): Secrets {
  const path = join(dataDir, 'secrets.json')
  const found = kept(path)
  if (found !== undefined) {
    if (!isSecrets(found))
      throw new Error(`${path} is damaged: a secret is missing. Restore it from a backup.`)
    return found
  }
  const secrets: Secrets = {
    gatewaySecret: makeSecret(),
    keyPepper: makeSecret(),
    clickhouse: {
      writer: { user: 'lighthouse', password: makeSecret() },
      analyst: { user: 'analyst', password: makeSecret() },
    },
  }
  // Another process may have begun at the same moment: the first one's secrets hold for both.
  return keepFirst(path, secrets) ? secrets : openSecrets({ dataDir })
}

/** 256 random bits as base64url text. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

function isSecrets(value: unknown): value is Secrets {
  const { gatewaySecret, keyPepper, clickhouse } = (value ?? {}) as Partial<Secrets>
  const users = [clickhouse?.writer, clickhouse?.analyst]
  return (
    isText(gatewaySecret) &&
    isText(keyPepper) &&
    users.every((each) => isText(each?.user) && isText(each?.password))
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}
