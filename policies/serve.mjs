// Serves a guard on a real OPA server on a free port of this machine: what the tests over `OPA_URL` ask.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const GUARD = join(dirname(fileURLToPath(import.meta.url)), 'guard')
const TRIES = 100
const BETWEEN_MS = 100

/** A running `opa run --server` with the guard of this folder, or of a copy whose data `change` has edited. */
export async function serveOpa(opa, change) {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'))
  cpSync(GUARD, folder, { recursive: true })
  if (change !== undefined) {
    const path = join(folder, 'data.json')
    const data = JSON.parse(readFileSync(path, 'utf8'))
    change(data)
    writeFileSync(path, JSON.stringify(data))
  }
  const address = `127.0.0.1:${await freePort()}`
  const quiet = ['--log-level', 'error', '--disable-telemetry']
  const child = spawn(opa, ['run', '--server', '--addr', address, ...quiet, folder], { stdio: 'ignore' })
  const url = `http://${address}`
  for (let tried = 0; tried < TRIES && !(await answers(url)); tried += 1)
    await new Promise((later) => setTimeout(later, BETWEEN_MS))
  return {
    url,
    [Symbol.asyncDispose]: () =>
      new Promise((gone) => {
        rmSync(folder, { recursive: true, force: true })
        if (child.exitCode !== null || child.signalCode !== null) return gone()
        child.once('exit', () => gone())
        child.kill('SIGTERM')
      }),
  }
}

async function freePort() {
  const probe = createServer()
  await new Promise((listening) => probe.listen(0, '127.0.0.1', listening))
  const { port } = probe.address()
  await new Promise((closed) => probe.close(closed))
  return port
}

function answers(url) {
  return fetch(`${url}/health`).then(
    (response) => response.ok,
    () => false,
  )
}
