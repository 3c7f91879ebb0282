import { afterAll, beforeAll, describe, it } from 'vitest'
import { type FakeGraph, fakeGraph } from './fake-graph.js'
import { bash, dash, mounted, node, python, type Ran, type TestMount } from './mounted.js'

let graph: FakeGraph
let mount: TestMount
beforeAll(async () => {
  graph = await fakeGraph()
  mount = await mounted(graph)
})
afterAll(async () => {
  await mount[Symbol.asyncDispose]()
  await graph[Symbol.asyncDispose]()
})

const SHELL = `exec 3<>"$1/validate/rpc" && echo '{"toolName":"Bash","toolInput":{"command":"rm x"}}' >&3 && head -n 1 <&3`
const PYTHON = `
import json, os, sys
fd = os.open(sys.argv[1] + "/validate/rpc", os.O_RDWR)
os.write(fd, json.dumps({"toolName": "Bash", "toolInput": {"command": "rm x"}}).encode())
sys.stdout.write(os.read(fd, 65536).decode())`
const NODE = `
const fs = require('node:fs'), fd = fs.openSync(process.argv[1] + '/validate/rpc', 'r+')
fs.writeSync(fd, JSON.stringify({ toolName: 'Bash', toolInput: { command: 'rm x' } }))
const reply = Buffer.alloc(65536)
process.stdout.write(reply.subarray(0, fs.readSync(fd, reply)))`

const CLIENTS: readonly (readonly [string, (at: string) => Promise<Ran>])[] = [
  ['bash', (at) => bash(SHELL, at)],
  ['dash', (at) => dash(SHELL, at)],
  ['python', (at) => python(PYTHON, at)],
  ['node', (at) => node(NODE, at)],
]

describe('validate/rpc', () => {
  for (const [name, run] of CLIENTS) {
    it(`[P-089] gives ${name} a decision for one write and one read on the same open file`, async ({
      expect,
    }) => {
      const ran = await run(mount.at)
      expect(ran.stderr).toBe('')
      expect(JSON.parse(ran.stdout)).toMatchObject({ decision: 'BLOCK', reason: 'rm x' })
      expect(ran.code).toBe(0)
    })
  }

  it('answers one command after the other on one open file', async ({ expect }) => {
    const ran = await bash(
      `exec 3<>"$1/validate/rpc"
      for c in a rm\\ b c; do printf '{"toolName":"Bash","toolInput":{"command":"%s"}}\\n' "$c" >&3; head -n 1 <&3; done`,
      mount.at,
    )
    const reasons = ran.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { reason: string }).reason)
    expect(reasons).toEqual(['a', 'rm b', 'c'])
  })

  it('takes a command of 200 KB that the kernel cuts, and one that its writer cuts', async ({ expect }) => {
    const ran = await python(
      `
import json, os, sys
fd = os.open(sys.argv[1] + "/validate/rpc", os.O_RDWR)
text = json.dumps({"toolName": "Bash", "toolInput": {"command": "echo " + "x" * 200000}}, indent=1).encode()
os.write(fd, text)
print(json.loads(os.read(fd, 1 << 20))["decision"])
os.write(fd, text[:10]); os.write(fd, text[10:])
print(len(json.loads(os.read(fd, 1 << 20))["reason"]))`,
      mount.at,
    )
    expect(ran.stderr).toBe('')
    expect(ran.stdout.split('\n')).toEqual(['ALLOW', '200005', ''])
  })

  it('lets a reader wait for a decision that takes long, and hears its interruption meanwhile', async ({
    expect,
  }) => {
    const running = python(
      `
import os, signal, sys, time, threading
fd = os.open(sys.argv[1] + "/validate/rpc", os.O_RDWR)
os.write(fd, b'{"toolName":"Bash","toolInput":{"command":"slow one"}}')
print("written", flush=True)
print(os.read(fd, 65536).decode())`,
      mount.at,
    )
    const interrupted = python(
      `
import os, signal, sys
def stop(*_): raise TimeoutError()
signal.signal(signal.SIGALRM, stop)
fd = os.open(sys.argv[1] + "/validate/rpc", os.O_RDWR)
os.write(fd, b'{"toolName":"Bash","toolInput":{"command":"slow two"}}')
signal.alarm(1)
try: os.read(fd, 65536)
except TimeoutError: print("heard")`,
      mount.at,
    )
    expect((await interrupted).stdout).toBe('heard\n')
    graph.decide()
    expect(JSON.parse((await running).stdout.split('\n')[1] ?? '')).toMatchObject({ reason: 'slow one' })
  }, 20_000)

  const REFUSALS = [
    ['text that is no JSON', 'hello', 'EINVAL'],
    ['a list', '[1]', 'EINVAL'],
    ['a line that ends within an object', '{"toolName":"Bash",', 'EINVAL'],
    ['an unknown field', '{"toolName":"Bash","toolInput":{},"x":1}', 'EINVAL'],
    ['an input that is text', '{"toolName":"Bash","toolInput":"ls"}', 'EINVAL'],
    ['no tool', '{"toolInput":{}}', 'EINVAL'],
    [
      'what the gateway calls bad',
      '{"toolName":"Bash","toolInput":{"command":"fail BAD_USER_INPUT"}}',
      'EINVAL',
    ],
    ['a refused key', '{"toolName":"Bash","toolInput":{"command":"fail UNAUTHENTICATED"}}', 'EACCES'],
    [
      'what is too large for the gateway',
      '{"toolName":"Bash","toolInput":{"command":"fail PAYLOAD_TOO_LARGE"}}',
      'EMSGSIZE',
    ],
    ['a rate limit', '{"toolName":"Bash","toolInput":{"command":"fail RATE_LIMITED"}}', 'EAGAIN'],
    ['a late gateway', '{"toolName":"Bash","toolInput":{"command":"fail DEADLINE_EXCEEDED"}}', 'ETIMEDOUT'],
    [
      'a subgraph that is down',
      '{"toolName":"Bash","toolInput":{"command":"fail SUBGRAPH_UNAVAILABLE"}}',
      'EHOSTDOWN',
    ],
    ['an error of ours', '{"toolName":"Bash","toolInput":{"command":"fail INTERNAL_SERVER_ERROR"}}', 'EIO'],
  ] as const
  for (const [what, line, errno] of REFUSALS) {
    it(`[P-089] refuses ${what} from write(2) with ${errno}, and the reader is told too`, async ({
      expect,
    }) => {
      const ran = await python(
        `
import errno, json, os, sys
fd = os.open(sys.argv[1] + "/validate/rpc", os.O_RDWR)
try:
  os.write(fd, b'''${line}\\n''')
  print("taken")
except OSError as e: print(errno.errorcode[e.errno])
print(json.loads(os.read(fd, 65536))["errors"][0]["extensions"]["errno"])
print(json.load(open(sys.argv[1] + "/errors/last.json"))["errno"] if "${errno}" != "EAGAIN" else "EAGAIN")`,
        mount.at,
      )
      expect(ran.stderr).toBe('')
      expect(ran.stdout.split('\n')).toEqual([errno, errno, errno, ''])
    })
  }

  for (const [name, run] of [
    ['bash', bash],
    ['dash', dash],
  ] as const) {
    it(`[P-089] makes echo in ${name} fail when the request is bad`, async ({ expect }) => {
      const ran = await run(`echo bad > "$1/validate/rpc"; echo "rc $?"`, mount.at)
      expect(ran.stdout).not.toBe('rc 0\n')
      expect(ran.stdout).toMatch(/^rc \d+\n$/)
      expect(ran.stderr).toMatch(/Invalid argument|I\/O error/)
    })
  }

  it('refuses more than 1 MiB with EMSGSIZE and goes on', async ({ expect }) => {
    const ran = await python(
      `
import errno, os, sys
fd = os.open(sys.argv[1] + "/validate/rpc", os.O_RDWR)
try:
  for _ in range(20): os.write(fd, b'{' + b'x' * 131071)
  print("taken")
except OSError as e: print(errno.errorcode[e.errno])
os.write(fd, b'{"toolName":"Bash","toolInput":{"command":"ls"}}')
print(b"ALLOW" in os.read(fd, 65536))`,
      mount.at,
    )
    expect(ran.stdout).toMatch(/^E(MSGSIZE|INVAL)\nTrue\n$/)
  })
})
