import { describe, it } from 'vitest'
import { commandEffects } from '../../src/shell/effects.js'
import { placeOf } from '../../src/shell/path.js'

const PLACE = placeOf('/home/dev/project', '/home/dev/project')
const MAX_MS = 10
/** The best of these counts: a machine that is busy with something else says nothing about the parser. */
const ROUNDS = 20

const HOSTILE: Readonly<Record<string, string>> = {
  'a long quoted text': `echo '${'x'.repeat(60_000)}'`,
  'an unterminated quote': `echo "${'x'.repeat(60_000)}`,
  'deep substitutions': `${'$('.repeat(5_000)}ls${')'.repeat(5_000)}`,
  'deep substitutions of commands': `${'echo $('.repeat(8_000)}ls${')'.repeat(8_000)}`,
  'deep substitutions in quotes': `${'echo "$('.repeat(6_000)}ls${')"'.repeat(6_000)}`,
  'substitutions just under the bound': `${'$('.repeat(320)}ls${')'.repeat(320)}`,
  backticks: '`'.repeat(60_000),
  'escaped backticks': `echo \`${'\\`echo '.repeat(8_000)}`,
  'deep groups': `${'('.repeat(20_000)}ls`,
  'deep brace groups': `${'{ '.repeat(20_000)}ls`,
  'braces that multiply': `echo ${'{a,b}'.repeat(2_000)}`,
  'braces before a long word': `echo ${'{a,b}'.repeat(6)}${'x'.repeat(60_000)}`,
  'nested braces': `echo ${'{a,'.repeat(15_000)}b${'}'.repeat(15_000)}`,
  'open braces': `echo ${'{'.repeat(60_000)}`,
  'open braces and quotes': `echo ${"{'".repeat(20_000)}`,
  'a brace of many': `echo {${'a,'.repeat(30_000)}b}`,
  'a range of a million': 'echo {1..999999}{1..999999}',
  'many ranges': `echo ${'{1..999999} '.repeat(5_000)}`,
  'variables that double': `x=aaaaaaaa; ${'x=$x$x$x$x;'.repeat(500)} echo $x`,
  'a long variable many times': `x=${'a'.repeat(8_000)}; echo ${'$x '.repeat(15_000)}`,
  'nested loops': `${'for i in 1 2 3 4 5 6 7 8 9 10; do '.repeat(12)} echo $i; ${'done; '.repeat(12)}`,
  'nested while loops': `${'while x=1; do '.repeat(20)} ls; ${'done;'.repeat(20)}`,
  'functions that call each other twice': `${Array.from({ length: 200 }, (_, i) => `f${i}() { f${i + 1}; f${i + 1}; }`).join('; ')}; f0`,
  'many commands': 'ls;'.repeat(20_000),
  'many deletions': 'rm -rf a;'.repeat(7_000),
  'many pipes': `ls${'|cat'.repeat(15_000)}`,
  'many words': `rm ${'a '.repeat(30_000)}`,
  'many substitutions': `echo ${'$(echo a) '.repeat(6_000)}`,
  'quadratic sed': `sed '${'s/a/b/;'.repeat(8_000)}' f`,
  'slashes for sed': `sed 's${'/'.repeat(60_000)}' f`,
  'a long awk program': `awk '${'{ print "x" }'.repeat(5_000)}' f`,
  'regular expression bait': `awk '${'/'.repeat(60_000)}' f`,
  'sql bait': `psql -c "${"'".repeat(50_000)}"`,
  'many statements': `psql -c "${'select 1;'.repeat(7_000)}"`,
  'python bait': `python -c "${'system('.repeat(8_000)}"`,
  'a template in a template': `node -e '${'`${'.repeat(20_000)}'`,
  'here-documents': 'cat <<A <<B <<C\n'.repeat(4_000),
  'a long here-document': `cat <<A\n${'line $x `y`\n'.repeat(5_000)}A`,
  'a here-document for a shell': `bash <<'A'\n${'rm -rf x\n'.repeat(7_000)}A`,
  'a false here-document in a comment': `# <<'A'\n${'ls;'.repeat(20_000)}\nA`,
  'a false here-document in arithmetic': `((x<<'A'))\n${'ls;'.repeat(20_000)}\nA`,
  'here-strings': `cat ${'<<< a '.repeat(9_000)}`,
  redirections: `cat ${'> a '.repeat(12_000)}`,
  globs: `ls ${'*?[a-z]'.repeat(9_000)}`,
  'globs that may be secrets': `cat ${'*e*n*v* '.repeat(8_000)}`,
  'extended globs': `ls ${'!(a|'.repeat(10_000)}${')'.repeat(10_000)}`,
  'deep quoting': `sh -c ${JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify('rm -rf /'))))))}`,
  'quotes of both kinds': `echo ${`'a'"b"`.repeat(10_000)}`,
  'escapes in ANSI-C quotes': `echo $'${'\\x41'.repeat(15_000)}'`,
  'sh in sh in sh': `${'sh -c '.repeat(10_000)}ls`,
  wrappers: `${'sudo env nice timeout 5 '.repeat(2_500)}ls`,
  'deep expansions': `echo ${'${x:-'.repeat(10_000)}a${'}'.repeat(10_000)}`,
  'deep arithmetic': `echo $((${'('.repeat(20_000)}1${')'.repeat(20_000)}))`,
  'long arithmetic': `echo $((${'1+'.repeat(30_000)}1))`,
  'deep tests': `[[ ${'( '.repeat(20_000)} a`,
  'a case of many': `case x in ${'a) ls;; '.repeat(8_000)} esac`,
  'many assignments': 'a=b '.repeat(15_000),
  'a long array': `a=(${'b '.repeat(30_000)}); rm "\${a[@]}"`,
  replacements: `x=${'a'.repeat(8_000)}; ${'x=${x//a/aa};'.repeat(2_000)}`,
  'many addresses': `curl ${'http://e/x '.repeat(5_000)}`,
  'find that runs much from many places': `find ${'a '.repeat(900)} ${'-exec rm {} \\; '.repeat(900)}`,
  'xargs that fills in much, often': `echo ${'a '.repeat(900)} | xargs -I{} sh -c '${'{} '.repeat(900)}'`,
  'parallel of much': `parallel sh -c ::: ${'"rm -rf a; rm b" '.repeat(900)}`,
  'decoders in a row': `${'echo YQ== | base64 -d | '.repeat(2_500)} sh`,
  evaluations: `${'eval "ls; ls; ls";'.repeat(3_500)}`,
  'a path of dots': `cat ${'../'.repeat(20_000)}`,
  'indices that are no code': `let '${'a[$('.repeat(15_000)}'`,
  'a coprocess of coprocesses': 'coproc '.repeat(8_000),
  'functions in functions': `${'f() { '.repeat(9_000)}ls`,
  aliases: `${"alias a='ls; ls; ls';".repeat(3_000)}`,
  'process substitutions': `cat ${'<(ls) '.repeat(9_000)}`,
}

describe('a command that is made to be slow to read', () => {
  it.for(Object.entries(HOSTILE))('is read in at most 10 ms: %s', ([name, text], { expect }) => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS && best > MAX_MS; round++) {
      // CPU time of this process: the wall clock tells more about the machine's other work.
      const before = process.cpuUsage()
      commandEffects(text, PLACE)
      const { user, system } = process.cpuUsage(before)
      best = Math.min(best, (user + system) / 1_000)
    }
    if (best > MAX_MS) throw new Error(`${name}: ${best.toFixed(1)} ms`)
  })

  it('is never taken for harmless', ({ expect }) => {
    const { effects } = commandEffects('ls;'.repeat(20_000), PLACE)
    expect(effects['shell']?.['too-complex']).toBeDefined()
  })

  it('is refused above 64 KB', ({ expect }) => {
    expect(commandEffects(`echo ${'x'.repeat(70_000)}`, PLACE).effects['shell']?.['too-long']).toBeDefined()
  })

  it('is not mistaken for a long text that is only written down', ({ expect }) => {
    const code = 'export function f(x) { return `${x}`; } // $(ls); `ls` | sh\n'.repeat(900)
    const { effects } = commandEffects(`cat > src/big.ts <<'EOF'\n${code}EOF`, PLACE)
    expect(effects['shell']?.['too-complex']).toBeUndefined()
    expect(effects['filesystem']?.['write']).toMatchObject([{ subject: '/home/dev/project/src/big.ts' }])
  })
})
