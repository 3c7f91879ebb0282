import { acts, each } from './each.js'
import { install } from './install.js'
import { runTool, tellSettings } from './packages.js'
import type { Spec, SpecTable } from './spec.js'
import { target } from './target.js'

const READER = {
  act: 'shell/inspect',
  operands: 'read',
  takes: 'o output',
  options: { 'o output': 'write' },
} as const

/** Words with which a tool of many commands only tells something. */
const LOOKS =
  'list ls show status get describe inspect info version help search diff log logs view validate check lint verify tree history top ps images config-view print doctor env whoami search outdated why explain stats summary render template manifest digest tags graph query dump-config'

/** A tool of many commands: those in `looks` tell, the rest does what `act` says. */
function tool(act: string, looks = LOOKS, more: Readonly<Record<string, string | Spec>> = {}): Spec {
  const [pack] = act.split('/')
  const told = pack === 'cloud' ? 'cloud/inspect' : 'shell/inspect'
  return { act, subcommands: { ...acts({ [looks]: told }), ...acts(more) } }
}

/** Tools of projects in many languages, and what looks at machines, data and clusters. */
export const DEVTOOLS: SpecTable = {
  // Read, count and reshape what they are given.
  ...each(
    'datamash xcbeautify xcpretty xan textql dsq tidy-viewer pcregrep pcre2grep zgrep bzgrep xzgrep fzy ydiff dyff wdiff dwdiff jd json_pp json_reformat jsonpp json5 pv ts errno isutf8 combine ansifilter ansi2txt aha mdless binwalk pahole bloaty dwarfdump soxi pngcheck unicode uniname enca uchardet chardetect b3sum crc32 rhash md5deep hashdeep xxhsum jo uuid ncal gcal dateadd datediff dateconv strptime ascii javap jdeps loc gocloc sloccount ohcount xsv csvtk miller numfmt zstdcat lz4cat zstdgrep msggrep catdoc docx2txt pdfgrep pdffonts ps2ascii vbindiff dhex hexdiff cmark nkf ftfy jless pinfo tac rgrep',
    READER,
  ),
  ...each(
    'ncdu gdu glances iotop iftop nethogs vnstat hwloc-ls cpuid turbostat cpufreq-info tlp-stat hyfetch macchina pstree pwdx lsfd ipcalc sipcalc zdump getfattr filefrag findmnt mountpoint lsinitramfs systemd-analyze systemd-detect-virt systemd-cgls systemd-cgtop systemd-path xdpyinfo vulkaninfo clinfo pkg-config pkgconf llvm-config pg_config mysql_config xml2-config curl-config icu-config sdl2-config python-config python3-config krb5-config jps',
    { act: 'shell/inspect' },
  ),
  // Test, check, format, generate and build the project.
  ...each(
    'arduino-cli buildifier msgfmt dotenv-linter stryker ec editorconfig-checker gitlint misspell woke write-good rumdl mdformat pymarkdown djlint curlylint pyre pytype pyrefly refurb dodgy xenon mutmut slipcover ptw pytest-watch robot pabot stestr testr protolint prototool clang-check clang-query iwyu scan-build flawfinder splint uncrustify astyle cmake-format cmake-lint gersemi bjam qmake autoreconf autoconf automake aclocal libtoolize autoheader checkmake mbake gprbuild gnatmake alr fpm odin c3c gleam purs spago elm-review esy rescript flow dtslint arethetypeswrong fallow ls-lint lockfile-lint es-check golines gotests mockery wire stringer enumer gqlgen swag oapi-codegen govulncheck nilaway deadcode unparam ineffassign gocognit dupl benchstat gotest richgo cross bacon mdbook bindgen cbindgen wasm-opt wasm-tools wasm2wat wat2wasm wasm-objdump solargraph tapioca yard rdoc fasterer rails_best_practices bundler-audit bundle-audit overcommit pint deptrac phpcpd phploc phpbench codecept behat ecs grumphp jlink clj-kondo cljfmt bloop xcodegen tuist periphery nbstripout jupytext pip-audit pipdeptree pip-licenses deptry dmypy stubtest stubgen scalene pyinstrument kernprof pdoc griffe towncrier flit pyproject-build cibuildwheel helm-docs ct terraform-docs kube-score kubeaudit datree polaris pluto popeye dockle dclint yamlfmt yamlfix jsonlint jsonnet jsonnetfmt jsonnet-lint cue dhall nickel pkl ytt dprint biome lefthook commitlint czg git-cliff conventional-changelog standard-changelog dpdm skott ts-unused-exports plop hygen openapi-generator openapi-generator-cli swagger-codegen datamodel-codegen prism vacuum schemathesis dredd hurlfmt shellspec bashate checkbashisms shunit2 zunit roundup codespell nixpkgs-fmt statix deadnix verilator iverilog ghdl svlint vsg latexindent chktex lacheck bibtex biber makeindex texcount asciidoctor-pdf antora ktfmt diktat javafmt kotlinter scalastyle wartremover hspec doctest stylish-haskell brittany cabal-fmt weeder apply-refact cargo-deny tarpaulin ginkgo godog twig-cs-fixer credo sobelow mix_audit elvis erlfmt nf-test luac selene fennel-ls',
    { act: 'execute/test' },
  ),
  ctags: {
    act: 'shell/output',
    takes: 'f o options L',
    options: { 'f o': 'write', options: 'execute/option' },
  },
  semgrep: {
    act: 'execute/test',
    takes: 'config f o output lang e pattern',
    options: { 'o output': 'write' },
    subcommands: acts({ 'scan ci': 'execute/test', 'login publish logout': 'packages/publish' }),
  },
  goreleaser: {
    act: 'packages/publish',
    subcommands: acts({ 'check build healthcheck jsonschema': 'execute/build' }),
  },
  dvc: tool('cloud/change', 'status diff dag list ls metrics params plots data root version doctor', {
    'repro run add commit checkout init': 'execute/build',
  }),
  dbt: tool('database/write', 'list ls debug parse compile show docs deps', {
    'test source': 'execute/test',
  }),
  // Runners of the project's own tasks: some names of tasks say that they reach further.
  ...each('doit inv invoke snakemake scons waf xmake premake5 remake', { handle: target }),
  // They print the credentials that they find, unless they are told not to.
  ...each('gitleaks detect-secrets trufflehog', {
    act: 'secrets/search',
    options: { redact: 'execute/test', 'version help h': 'shell/inspect' },
  }),
  twine: { act: 'packages/publish', subcommands: { check: 'execute/test' } },
  ...each('bump2version bumpver bump-my-version standard-version release-it semantic-release', {
    act: 'packages/version',
    options: { 'dry-run n': 'execute/test', 'show list version help': 'shell/inspect' },
  }),
  // Bring in what the project declares, or something new.
  pod: {
    act: 'packages/other',
    subcommands: acts({
      'install outdated list search spec env ipc': 'packages/declared',
      update: 'packages/update',
      'repo trunk push lib setup': 'packages/publish',
    }),
  },
  carthage: {
    act: 'packages/other',
    subcommands: acts({ 'bootstrap build outdated': 'packages/declared', update: 'packages/update' }),
  },
  opam: {
    act: 'packages/install',
    subcommands: acts({
      'list show info search config var': 'packages/inspect',
      env: { handle: tellSettings },
      install: { takes: 'j jobs switch root', handle: install },
      switch: {
        act: 'packages/toolchain',
        alone: 'packages/inspect',
        subcommands: acts({ 'list show': 'packages/inspect' }),
      },
      exec: { handle: runTool },
      lint: 'execute/test',
    }),
  },
  ...each('luarocks nimble shards raco hex spack cs coursier cpanm cpan', {
    act: 'packages/install',
    subcommands: acts({
      'list search show info version help': 'packages/inspect',
      'build test check': 'execute/test',
    }),
  }),
  // Clusters, images and clouds: told from changed by their verb.
  ...each('stern kail kubetail', { act: 'cloud/inspect' }),
  ...each('skaffold tilt devspace garden okteto', tool('cloud/change', `${LOOKS} diagnose schema`)),
  ...each(
    'helmfile crane skopeo oras regctl cosign crossplane velero kubeadm kops cilium hubble',
    tool('cloud/change', `${LOOKS} ls-tags config blob-info triangulate`),
  ),
  ...each('trivy grype syft dive clair snyk osv-scanner', {
    act: 'execute/test',
    subcommands: acts({ 'auth login server plugin monitor': 'packages/publish' }),
  }),
  ...each(
    'infracost',
    tool('cloud/inspect', LOOKS, { 'auth configure register comment upload': 'cloud/change' }),
  ),
  kubeseal: { act: 'secrets/credentials' },
  ...each('circleci act dagger earthly', {
    act: 'cloud/container-run',
    options: { 'l list version help n dryrun': 'cloud/inspect' },
    subcommands: acts({ 'config version ls doc': 'cloud/inspect' }),
  }),
  pm2: tool('system/service', `${LOOKS} l jlist prettylist monit id report`),
  adb: tool('system/settings', 'devices version help get-state get-serialno start-server logcat'),
  'xcode-select': { act: 'system/settings', options: { 'p print-path v version h': 'shell/inspect' } },
  jj: {
    act: 'git/local-change',
    subcommands: acts({
      'status st log diff show evolog op file help version': 'git/inspect',
      'abandon undo restore squash rebase': 'git/rewrite',
      git: {
        act: 'git/other',
        subcommands: { fetch: 'git/fetch', push: 'git/push', clone: 'git/fetch', remote: 'git/remote' },
      },
    }),
  },
  ...each('tig lazygit gitui k9s lazydocker ranger nnn mc broot visidata vd ctop', {
    act: 'execute/interactive',
  }),
  ...each('httpstat httping dog doggo kdig delv', { act: 'network/lookup' }),
  mlflow: tool('cloud/change', LOOKS, { 'ui server': 'execute/serve' }),
  jstack: { act: 'system/trace' },
  ...each('jcmd jmap jstat jinfo py-spy rbspy', {
    act: 'system/trace',
    options: { 'l h version help': 'shell/inspect' },
  }),
}
