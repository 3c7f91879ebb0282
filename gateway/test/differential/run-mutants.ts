import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Mutant, MUTANTS } from './mutants.js'
import { PART_MUTANTS } from './parts/part-mutants.js'

/** So many cases are tried before a mutant counts as not noticed. */
const MAX_CASES = 4_000
/** Mutants are noticed by operations that differ more than by the same one over other data: once for each weather. */
const CASES_AN_OPERATION = 4
const GATEWAY = fileURLToPath(new URL('../../', import.meta.url))

/** What became of one mutant. */
export interface Tried {
  readonly name: string
  /** Cases until one failed, or all that were tried. */
  readonly cases: number
  /** What is wrong when none failed: not noticed, or out of date. */
  readonly alive?: string
}

/**
 * Runs the suite against every mutant until it fails: a copy of the gateway's sources with one fault in it. The sources
 * themselves have no seam for this. Only where the TypeScript of the copies can be imported (tsx).
 */
export async function runMutants(seed: number): Promise<readonly Tried[]> {
  const tried: Tried[] = []
  for (const mutant of [...MUTANTS, ...PART_MUTANTS]) tried.push(await tryMutant(mutant, { seed }))
  return tried
}

/** The same for those of whole answers, each from the graph on over which it was noticed last. */
export async function runMutantsQuickly(): Promise<readonly Tried[]> {
  const tried: Tried[] = []
  for (const mutant of MUTANTS) tried.push(await tryMutant(mutant, { seed: 1, firstGraph: mutant.near ?? 0 }))
  return tried
}

async function tryMutant(
  mutant: Mutant,
  from: { readonly seed: number; readonly firstGraph?: number },
): Promise<Tried> {
  const { name } = mutant
  const folder = await mkdtemp(join(tmpdir(), 'lighthouse-mutant-'))
  const copy = join(folder, 'gateway')
  try {
    await cp(join(GATEWAY, 'src'), join(copy, 'src'), { recursive: true })
    await cp(join(GATEWAY, 'test', 'differential'), join(copy, 'test', 'differential'), { recursive: true })
    await cp(join(GATEWAY, 'package.json'), join(copy, 'package.json'))
    await symlink(join(GATEWAY, 'node_modules'), join(copy, 'node_modules'))
    await symlink(join(GATEWAY, '..', 'node_modules'), join(folder, 'node_modules'))
    const file = join(copy, 'src', mutant.file)
    const parts = (await readFile(file, 'utf8')).split(mutant.find)
    if (parts.length !== 2)
      return { name, cases: 0, alive: `its text is ${parts.length - 1} times in ${mutant.file}` }
    await writeFile(file, parts.join(mutant.replace))
    const own = (path: string) => pathToFileURL(join(copy, 'test', 'differential', path)).href
    const suite = (await import(own('run-suite.ts'))) as typeof import('./run-suite.js')
    const inParts = (await import(own('parts/run-parts.ts'))) as typeof import('./parts/run-parts.js')
    const { failures, cases } = await suite.runSuite({
      ...(PART_MUTANTS.includes(mutant) ? { trial: inParts.partsTrial().trial } : {}),
      ...{ cases: MAX_CASES, casesAnOperation: CASES_AN_OPERATION, reports: 0, ...from },
      ...{ stopsAtFailure: true, isLast: true },
    })
    return failures > 0 ? { name, cases } : { name, cases, alive: 'not noticed' }
  } finally {
    await rm(folder, { recursive: true })
  }
}
