#include "options.h"

#include <fmt/format.h>
#include <map>

namespace suture::harness {

namespace {

CLI::App *add_verb(CLI::App &app, Options &options, Verb verb, const char *name, const char *what) {
    auto *command = app.add_subcommand(name, what);
    command->callback([&options, verb] { options.verb = verb; });
    return command;
}

void add_target_options(CLI::App &verb, Options &options, bool several) {
    const char *all = several ? " [all that guests have been built of]" : "";
    auto *arch = verb.add_option("--arch", options.choice.archs,
                                 fmt::format("x86_64, ppc64le or s390x{}", all));
    auto *kernel =
        verb.add_option("--kernel", options.choice.kernels,
                        fmt::format("The kernel that the guest was made for, e.g. 6.1{}", all));
    for (auto *option : {arch, kernel}) {
        // One word each, so that neither takes the "--" in front of a command for its own.
        option->required(!several)->expected(1)->allow_extra_args(false);
        if (several) {
            option->expected(1, CLI::detail::expected_max_vector_size)->delimiter(',');
        }
    }
    const std::map<std::string, Accel> accels{
        {"auto", Accel::automatic}, {"kvm", Accel::kvm}, {"tcg", Accel::tcg}};
    verb.add_option(
            "--accel", options.accel,
            "tcg, kvm, or auto: KVM where a guest is seen to boot with it [as the record of "
            "the architecture says: tcg]")
        ->transform(CLI::CheckedTransformer(accels))
        ->type_name("ACCEL");
    verb.add_option("--build-dir", options.choice.build_dir, "Where the guests have been built")
        ->capture_default_str();
    verb.add_option("--vm-images", options.choice.vm_images,
                    "Where the records of the architectures are [vm-images beside --build-dir]");
}

void add_filter(CLI::App &verb, Options &options, const char *what) {
    verb.add_option("--filter", options.selection.filters, what)
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false);
}

void set_shard(Options &options, const std::string &text) {
    auto shard = parse_shard(text);
    if (!shard) {
        throw CLI::ValidationError("--shard", shard.error().message);
    }
    options.selection.shard = *shard;
}

void add_ci_options(CLI::App &verb, Options &options) {
    verb.add_option("--junit", options.junit, "Write the results as JUnit XML to this file");
    verb.add_flag("--annotations", options.annotations,
                  "Print what did not pass as GitHub's annotations, too");
}

void add_jobs(CLI::App &verb, Options &options) {
    verb.add_option("--jobs", options.jobs,
                    "Guests at once [as many as the machine has cores and memory for]");
}

void add_run(CLI::App &app, Options &options) {
    auto &run = *add_verb(app, options, Verb::run, "run", "Run the guests' selftests");
    add_target_options(run, options, true);
    add_filter(run, options, "Only tests whose name matches this glob; may be given repeatedly");
    run.add_option_function<std::string>(
           "--shard", [&](const std::string &text) { set_shard(options, text); },
           "Only every Nth test, from the Ith on; all of 1/N to N/N run each test once")
        ->type_name("I/N");
    run.add_option("--suite", options.choice.suite,
                   "Tests in kselftest's layout, in place of the image's: the name of a folder "
                   "beside the guest's, or a path with a slash");
    add_jobs(run, options);
    run.add_option("--timeout", options.timeout, "Seconds that each test may take");
    run.add_option("--json", options.json, "Write the results as JSON to this file");
    run.add_option("--ktap", options.ktap, "Write the results as KTAP to this file");
    add_ci_options(run, options);
}

void add_exec(CLI::App &app, Options &options) {
    auto &exec =
        *add_verb(app, options, Verb::exec, "exec", "Run one command in a guest; exits as it does");
    add_target_options(exec, options, false);
    exec.add_option("--timeout", options.timeout, "Seconds that the command may take");
    exec.add_option("command", options.command, "The command, after --")->required();
}

void add_shell(CLI::App &app, Options &options) {
    auto &shell = *add_verb(app, options, Verb::shell, "shell", "Be in a guest, in a shell");
    add_target_options(shell, options, false);
    shell.add_option("--dir", options.shell.folder, "A folder whose files the guest gets, a copy");
    shell.add_flag("--gdb", options.shell.gdb, "Let gdb attach to the guest; says how");
}

void add_try(CLI::App &app, Options &options) {
    auto &trial =
        *add_verb(app, options, Verb::trial, "try",
                  "Try a patch: load, revert and turn it round, over and over, under load");
    trial.add_option("patch", options.patch.path, "FILE.ko, or a folder with the sources of one")
        ->required()
        ->check(CLI::ExistingPath);
    trial.add_option("--module", options.patch.module,
                     "Which of the modules of the folder is the patch, where there are several");
    trial
        .add_option(
            "--with", options.patch.with,
            "FILE.ko, or a module of the folder, to be loaded before the patch and unloaded "
            "after it; may be given repeatedly, and is loaded in that order")
        ->expected(1, CLI::detail::expected_max_vector_size)
        ->allow_extra_args(false);
    add_target_options(trial, options, true);
    trial.add_option("--cycles", options.trial.cycles, "How often it comes and goes")
        ->check(CLI::Range(1U, 100'000U))
        ->capture_default_str();
    trial.add_option("--load", options.trial.load,
                     "A command for the guest's bash, run again and again beside it [a mix of "
                     "system calls]");
    auto *audit =
        trial.add_flag("--audit,!--no-audit", options.trial.audit,
                       "Look at each call in a transition for mixed old and new code [yes]");
    trial
        .add_flag("--require-audit", options.trial.require_audit,
                  "Fail where there was no such call, so that nothing was proved")
        ->excludes(audit);
    add_jobs(trial, options);
    trial.add_option("--timeout", options.timeout, "Seconds that a target may take");
    trial.add_option("--json", options.json, "Write the results as JSON to this file");
    trial.add_option("--html", options.html, "Write them as a page with plots to this file");
    add_ci_options(trial, options);
}

void add_selfcheck(CLI::App &app, Options &options) {
    auto &check = *add_verb(app, options, Verb::selfcheck, "selfcheck",
                            "Provoke every outcome in real guests and see whether it is detected");
    add_target_options(check, options, true);
    add_filter(check, options,
               "Only provocations whose name matches this glob; may be given repeatedly");
    add_jobs(check, options);
    check.add_option("--json", options.json, "Write the results as JSON to this file");
    check.add_option("--ktap", options.ktap, "Write the results as KTAP to this file");
}

} // namespace

void define_options(CLI::App &app, Options &options) {
    app.require_subcommand(1);
    add_run(app, options);
    add_exec(app, options);
    add_shell(app, options);
    add_try(app, options);
    add_selfcheck(app, options);
}

} // namespace suture::harness
