import { readFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import { complete, missingOptionals } from '../lock.mjs'

const LOCK = {
  packages: {
    '': {},
    'gateway/node_modules/tool': { optionalDependencies: { '@tool/linux-x64-musl': '1.2.3' }, dev: true },
    'node_modules/engine': {
      optionalDependencies: { '@engine/linux-x64-gnu': '2.0.0', '@engine/windows-64': '2.0.0' },
    },
    'node_modules/@engine/linux-x64-gnu': { version: '2.0.0' },
  },
}

describe('the lockfile', () => {
  it('is completed with the optional packages of other platforms', ({ expect }) => {
    const { packages } = complete(LOCK) as { packages: Record<string, object> }
    expect(packages['node_modules/@tool/linux-x64-musl']).toEqual({
      version: '1.2.3',
      cpu: ['x64'],
      libc: ['musl'],
      os: ['linux'],
      dev: true,
      optional: true,
    })
    expect(packages['node_modules/@engine/windows-64']).toEqual({
      version: '2.0.0',
      cpu: ['x64'],
      os: ['win32'],
      optional: true,
    })
    expect(missingOptionals(complete(LOCK))).toEqual([])
  })

  it('refuses to guess a version', ({ expect }) => {
    const lock = { packages: { 'node_modules/a': { optionalDependencies: { 'a-linux': '^1.0.0' } } } }
    expect(() => complete(lock)).toThrow('a-linux is asked for as ^1.0.0')
  })

  it('of this repository lacks none (npm run lock adds them)', ({ expect }) => {
    const lock = JSON.parse(
      readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
    ) as typeof LOCK
    expect(missingOptionals(lock)).toEqual([])
  })

  it('of this repository lacks nothing that must be there, and names no host', ({ expect }) => {
    const { packages } = JSON.parse(
      readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
    ) as {
      packages: Record<string, { resolved?: string; link?: boolean; dependencies?: Record<string, string> }>
    }
    const hosts = Object.values(packages).filter(
      ({ resolved, link }) => resolved !== undefined && link !== true,
    )
    expect(hosts).toEqual([])
    const lacking = Object.entries(packages).flatMap(([path, { dependencies = {} }]) =>
      missingOptionals({ packages: { ...packages, [path]: { optionalDependencies: dependencies } } })
        .filter(({ name }) => name in dependencies)
        .map(({ name }) => `${path} needs ${name}`),
    )
    expect(lacking).toEqual([])
  })
})
