import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { RecordedTable } from './columns.js'

/** A batch that waits on disk: everything but its bytes is in the file's name. */
export interface SpilledBatch {
  readonly token: string
  readonly table: RecordedTable
  readonly rows: number
  readonly bytes: number
}

const FILE_NAME = /^([A-Za-z0-9_-]+)\.(operations|fetches|tiers|stops)\.(\d+)\.sql\.gz$/

function fileName({ token, table, rows }: Omit<SpilledBatch, 'bytes'>): string {
  return `${token}.${table}.${rows}.sql.gz`
}

/**
 * Batches as files, one a batch: its gzipped INSERT statement, which says what it holds whichever version wrote it. Written
 * whole or not at all (temporary name, then rename). They survive the process, not the power: files are not fsynced, because
 * what they hold is telemetry.
 */
export class Spill {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What an earlier process left, oldest first. Makes the folder and removes half-written files. */
  async scan(): Promise<SpilledBatch[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const found: SpilledBatch[] = []
    for (const name of (await readdir(this.#folder)).sort()) {
      const [, token, table, rows] = FILE_NAME.exec(name) ?? []
      if (token !== undefined && table !== undefined) {
        const { size } = await stat(path.join(this.#folder, name))
        found.push({ token, table: table as RecordedTable, rows: Number(rows), bytes: size })
      } else if (name.endsWith('.tmp')) {
        await rm(path.join(this.#folder, name), { force: true })
      }
    }
    return found
  }

  async write(batch: Omit<SpilledBatch, 'bytes'>, body: Buffer): Promise<void> {
    const file = path.join(this.#folder, fileName(batch))
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await writeFile(`${file}.tmp`, body, { mode: 0o600 })
    await rename(`${file}.tmp`, file)
  }

  async read(batch: SpilledBatch): Promise<Buffer> {
    return readFile(path.join(this.#folder, fileName(batch)))
  }

  async remove(batch: Omit<SpilledBatch, 'bytes'>): Promise<void> {
    await rm(path.join(this.#folder, fileName(batch)), { force: true })
  }
}
