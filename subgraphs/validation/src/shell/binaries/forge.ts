import { writeFile } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { join, literal, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { acts } from './each.js'
import type { Call, SpecTable } from './spec.js'

/** `gh api`: a request to the forge, by its method and by what a GraphQL document asks. */
function api(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const methods = optionValues(options, 'X', 'method').map((value) => value.text.toUpperCase())
  const fields = hasOption(options, 'f', 'F', 'raw-field', 'field', 'input')
  const queries = options.operands[0]?.text === 'graphql' && !/\bmutation\b|@/.test(text)
  const reads =
    methods.length > 0 ? methods.every((method) => /^(GET|HEAD)$/.test(method)) : !fields || queries
  const destroys = methods.includes('DELETE')
  call.walk.findings.note('cloud', reads ? 'inspect' : destroys ? 'destroy' : 'change', text)
  return printsUnknown(TAINT.network)
}

/** What somebody else has proposed stands in the project afterwards: what runs then is theirs. */
function broughtIn({ walk }: Call): undefined {
  walk.shared.downloaded.add(walk.state.cwd)
  return undefined
}

function cloned(call: Call, options: Options): undefined {
  const [from, to] = options.operands
  const folder =
    to?.text ??
    from?.text
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '')
  if (folder !== undefined) call.walk.shared.downloaded.add(placeOfPath(literal(folder), call.walk).path)
  return undefined
}

/** Where no directory is named, what comes lies beside what was there. */
function fetchedFiles(call: Call, options: Options): undefined {
  const named = optionValues(options, 'D', 'dir', 'O', 'output')
  for (const place of named) writeFile(place, call.walk)
  for (const place of named.length > 0 ? named : [literal('.')])
    call.walk.shared.downloaded.add(placeOfPath(place, call.walk).path)
  return undefined
}

/** The command lines of forges: what they show is everybody's, what they change everybody sees. */
export const FORGE: SpecTable = {
  gh: {
    act: 'cloud/change',
    takes: 'R repo hostname',
    subcommands: acts({
      'pr issue run repo release workflow gist label project ruleset cache search secret variable ssh-key gpg-key org codespace extension':
        {
          act: 'cloud/change',
          subcommands: acts({
            'list view status diff checks watch search ls comments': 'cloud/inspect',
            checkout: { act: 'git/branch', handle: broughtIn },
            clone: { act: 'git/fetch', handle: cloned },
            'delete archive': 'cloud/destroy',
            download: {
              act: 'git/fetch',
              takes: 'D dir R repo p pattern n name O output',
              handle: fetchedFiles,
            },
          }),
        },
      'status browse version help': 'cloud/inspect',
      search: 'cloud/inspect',
      auth: {
        act: 'secrets/credentials',
        subcommands: {
          status: { act: 'cloud/inspect', options: { 't show-token': 'secrets/print' } },
          token: 'secrets/print',
          login: 'secrets/credentials',
        },
      },
      api: {
        takes: 'H header q jq t template X method f F raw-field field input p preview cache',
        handle: api,
      },
      alias: 'execute/option',
    }),
  },
  glab: {
    act: 'cloud/change',
    subcommands: acts({
      'mr issue ci repo release label pipeline job': {
        act: 'cloud/change',
        subcommands: acts({ 'list view status diff trace get lint': 'cloud/inspect' }),
      },
      'version help check-update': 'cloud/inspect',
      api: { takes: 'H header X method f F raw-field field input', handle: api },
    }),
  },
}
