import { runSpec } from '../invoke.js'
import { literal } from '../value.js'
import type { Stream } from '../value.js'
import { acts } from './each.js'
import { clone, push, remote, watch } from './git-remote.js'
import { config, ownOptions, plainAlias } from './git-settings.js'
import {
  add,
  bisect,
  branch,
  brought,
  bundle,
  checkout,
  clean,
  commit,
  foreach,
  grep,
  moveFiles,
  place,
  rebase,
  removeFiles,
  reset,
  restore,
  stash,
  symbolic,
  tracked,
  VIEW,
} from './git-tree.js'
import type { Call, Spec, SpecTable } from './spec.js'

const HISTORY = 'git/rewrite'

/** `git -c alias.lg='log --oneline' lg`: a name that is given here stands for what it was given. */
function git(call: Call): Stream {
  const { args } = call
  for (let i = 0; i + 2 < args.length; i++) {
    const [, name, command] = /^alias\.([\w-]+)=([^!][\s\S]*)$/.exec(args[i + 1]?.text ?? '') ?? []
    if (args[i]?.text !== '-c' || command === undefined || !plainAlias(args[i + 1]?.text ?? '')) continue
    const at = args.findIndex(({ text }, k) => k > i + 1 && text === name)
    if (at === -1) continue
    const words = command.split(/\s+/).map(literal)
    return runSpec(GIT_SPEC, {
      ...call,
      args: [...args.slice(0, i), ...args.slice(i + 2, at), ...words, ...args.slice(at + 1)],
    })
  }
  return runSpec(GIT_SPEC, call)
}

const GIT_SPEC: Spec = {
  act: 'git/other',
  takes: 'C c git-dir work-tree namespace exec-path config-env super-prefix',
  handle: ownOptions,
  watch,
  subcommands: acts({
    'status shortlog blame annotate describe rev-parse rev-list ls-remote for-each-ref show-ref merge-base name-rev count-objects check-ignore check-attr version help whatchanged cherry diff-tree diff-index diff-files range-diff var fsck verify-commit verify-tag show-branch merge-tree request-pull':
      'git/inspect',
    'log diff show cat-file': VIEW,
    'ls-files ls-tree': { act: 'git/inspect', handle: tracked },
    'bugreport diagnose': { act: 'git/inspect', takes: 'o output-directory s suffix', handle: place },
    'hash-object': { act: 'git/inspect', takes: 't path', operands: 'read' },
    grep: { takes: 'e f A B C m max-depth', handle: grep },
    'add stage': { act: 'git/local-change', handle: add },
    mv: { act: 'git/local-change', handle: moveFiles },
    rm: { handle: removeFiles },
    commit: {
      takes:
        'm message F file C c author date t template reuse-message reedit-message fixup squash cleanup trailer',
      handle: commit,
    },
    'fetch pull': {
      act: 'git/fetch',
      takes: 'depth j jobs upload-pack refmap o server-option',
      options: { 'upload-pack': 'execute/option', 'f force': 'git/move-head' },
    },
    clone: {
      takes:
        'b branch depth c config o origin u upload-pack reference template filter j jobs separate-git-dir',
      handle: clone,
    },
    push: { takes: 'o push-option repo receive-pack exec', handle: push },
    reset: { handle: reset },
    'checkout switch': { takes: 'b B c C', handle: checkout },
    restore: { takes: 's source', handle: restore },
    clean: { takes: 'e exclude', handle: clean },
    branch: {
      takes: 'u set-upstream-to contains no-contains merged no-merged sort format points-at',
      handle: branch,
    },
    tag: {
      act: 'git/tag',
      takes: 'm message F file u local-user n sort format contains points-at',
      options: { 'd delete f force': 'git/delete-branch', 'l list n contains points-at': 'git/inspect' },
    },
    stash: { takes: 'm message', handle: stash },
    'symbolic-ref': { act: 'git/inspect', handle: symbolic, options: { 'd delete': 'git/move-head' } },
    rerere: { act: 'git/maintain', subcommands: acts({ 'status diff remaining': 'git/inspect' }) },
    'merge cherry-pick revert am apply': {
      handle: brought,
      act: 'git/merge',
      takes: 'm message X s strategy',
      options: { abort: 'git/local-change', 'unsafe-paths directory': 'filesystem/unpack-anywhere' },
    },
    rebase: { takes: 'x exec onto s X', handle: rebase },
    'filter-branch filter-repo replace fast-import': HISTORY,
    reflog: {
      act: 'git/inspect',
      subcommands: {
        show: 'git/inspect',
        expire: 'git/destroy-history',
        delete: 'git/destroy-history',
        exists: 'git/inspect',
      },
    },
    'gc repack': { act: 'git/maintain', options: { prune: 'git/destroy-history' } },
    maintenance: {
      act: 'git/other',
      subcommands: { run: 'git/maintain', start: 'persistence/schedule', register: 'persistence/schedule' },
    },
    'update-index': {
      act: 'git/other',
      options: {
        'refresh really-refresh again g chmod assume-unchanged no-assume-unchanged no-skip-worktree':
          'git/local-change',
      },
    },
    prune: { act: 'git/destroy-history', options: { 'n dry-run': 'git/inspect' } },
    'update-ref': 'git/move-head',
    remote: { handle: remote },
    config: { handle: config, takes: 'f file blob type default' },
    init: { act: 'git/local-change', takes: 'template separate-git-dir b initial-branch', handle: place },
    worktree: {
      act: 'git/branch',
      subcommands: {
        list: 'git/inspect',
        add: { act: 'git/branch', takes: 'b B reason', handle: place },
        move: { act: 'git/branch', handle: place },
        // Refuses one with changes in it unless it is forced.
        remove: { act: 'git/branch', options: { 'f force': 'git/discard' } },
        prune: 'git/maintain',
      },
    },
    submodule: {
      act: 'git/fetch',
      subcommands: {
        status: 'git/inspect',
        summary: 'git/inspect',
        update: { act: 'git/fetch', options: { 'f force': 'git/discard' } },
        init: 'git/fetch',
        add: 'git/remote',
        foreach: { handle: foreach },
        sync: 'git/remote',
        deinit: 'git/discard',
      },
    },
    bisect: { handle: bisect },
    archive: {
      act: 'git/inspect',
      takes: 'format o output prefix remote exec',
      options: { 'o output': 'write', 'exec remote': 'execute/option' },
    },
    notes: 'git/local-change',
    bundle: { act: 'git/local-change', handle: bundle },
    'format-patch': {
      act: 'git/local-change',
      takes: 'o output-directory output start-number suffix subject-prefix',
      handle: place,
    },
    'sparse-checkout': 'git/local-change',
    lfs: {
      act: 'git/other',
      subcommands: acts({
        'ls-files status env version logs': 'git/inspect',
        'fetch pull checkout track untrack': 'git/fetch',
        push: 'git/push',
      }),
    },
    'credential daemon send-email svn p4 instaweb': 'git/other',
  }),
}

export const GIT: SpecTable = {
  git: { handle: git },
  svn: {
    act: 'git/other',
    subcommands: acts({
      'status st log diff info list cat blame': 'git/inspect',
      'update up checkout co': 'git/fetch',
    }),
  },
  hg: {
    act: 'git/other',
    subcommands: acts({
      'status st log diff id cat annotate branches': 'git/inspect',
      'pull update': 'git/fetch',
      'add commit': 'git/commit',
    }),
  },
}
