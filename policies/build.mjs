// Builds guard.wasm from guard/*.rego and writes the digest of its sources beside it. Needs opa (OPA, or on the path,
// or ~/go/bin/opa, or what `npm test` built); running the product does not.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))

/** The opa that built the committed wasm: another one writes other bytes. */
export const OPA_VERSION = 'v1.22.3'
/** Where `npm test` puts an opa of its own, when Go can build one. */
export const OPA_CACHE = join(HERE, '../node_modules/.cache/opa')

/** The Rego files that go into the wasm, tests left out, in a fixed order. */
export function sources(folder = join(HERE, 'guard')) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rego') && !name.endsWith('_test.rego'))
    .sort()
    .map((name) => join(folder, name))
}

/** SHA-256 over names and contents: the same as in guard.digest when the wasm was built from them. */
export function sourceDigest(folder = join(HERE, 'guard')) {
  const hash = createHash('sha256')
  for (const file of sources(folder))
    hash.update(`${file.slice(folder.length + 1)}\n${readFileSync(file, 'utf8')}\n`)
  return hash.digest('hex')
}

/** Where opa is, or undefined. */
export function findOpa() {
  const folders = (process.env.PATH ?? '').split(':').filter(Boolean)
  return [
    process.env.OPA,
    ...folders.map((folder) => join(folder, 'opa')),
    join(homedir(), 'go/bin/opa'),
    join(OPA_CACHE, 'opa'),
  ].find((path) => path !== undefined && existsSync(path))
}

/** The bytes of the wasm that opa makes of the sources. */
export function buildWasm(opa, folder = join(HERE, 'guard')) {
  const scratch = mkdtempSync(join(tmpdir(), 'guard-'))
  try {
    const bundle = join(scratch, 'bundle.tar.gz')
    // opa writes the names of the files into the wasm: relative ones give the same bytes wherever the repository is.
    const files = sources(folder).map((file) => relative(dirname(folder), file))
    execFileSync(opa, ['build', '-t', 'wasm', '-e', 'guard/answer', '-o', bundle, ...files], {
      cwd: dirname(folder),
      stdio: 'pipe',
    })
    execFileSync('tar', ['-xzf', bundle, '-C', scratch, '/policy.wasm'], { stdio: 'pipe' })
    return readFileSync(join(scratch, 'policy.wasm'))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const opa = findOpa()
  if (opa === undefined)
    throw new Error('opa is not installed: go install github.com/open-policy-agent/opa@' + OPA_VERSION)
  const wasm = buildWasm(opa)
  writeFileSync(join(HERE, 'guard.wasm'), wasm)
  writeFileSync(
    join(HERE, 'guard.digest'),
    `${sourceDigest()} ${createHash('sha256').update(wasm).digest('hex')}\n`,
  )
  process.stdout.write(`guard.wasm ${wasm.length} bytes\n`)
}
