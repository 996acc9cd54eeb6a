#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# klp events shows each step of a transition as it happens, every task that moves and by which means, just as the kernel's own trace has them, through tracefs on every kernel, and leaves nothing of its own behind.
. ./functions.sh
. ./klp-functions.sh
. ./events-functions.sh

readonly PATCH=test_patch_sleep
# Whatever this kernel has: klp-events-bpf.sh is about the other way.
way=("${WITHOUT_BTF[@]}")

# Each event and whom it is about, of the JSON in $scratch/NAME and of the kernel's own trace.
json_as_list() {
	sed -nE 's/.*"event":"([a-z_]+)".*"pid":([0-9]+).*/\1 \2/p; t
		s/.*"event":"([a-z_]+)".*"patch":"([a-z0-9_]+)".*/\1 \2/p' "$scratch/$1" | sort
}

trace_as_list() {
	sed -nE 's/.*: (task_[a-z]+): comm=.* pid=([0-9]+).*/\1 \2/p; t
		s/.*: (transition_[a-z]+): patch=([^ ]+) .*/\1 \2/p' "$TRACING/trace" | sort
}

as_the_kernel_has_them() { # NAME
	trace_as_list >"$scratch/trace"
	number <(wc -l <"$scratch/trace") -gt 20 && diff "$scratch/trace" <(json_as_list "$1")
}

# Without being told, it goes through libbpf where there is BTF.
takes_the_way_that_there_is() {
	local expected='through tracefs, as klp cannot read .*: the kernel has no BTF'
	[[ ! -e /sys/kernel/btf/vmlinux ]] || expected='through tracefs, as klp cannot read .*: Suture has no BTF'
	[[ ! -e /sys/kernel/btf/suture ]] || expected='through libbpf'
	klp events --verbose --timeout 0.1 2>&1 >/dev/null | grep -x "klp: following $expected"
}

is_suture || skip_all "the kernel's own engine has no tracepoints"
begin 47
check "the module loads" load_module test_target
check "klp events is not for everyone" complains 1 "as root" as_nobody klp events
check "without tracefs it says how to get it" complains 1 "tracefs is not mounted there" without_tracefs "${WITHOUT_BTF[@]}" klp events
check "a count that is none is wrong usage" exits 2 klp events --count 0
check "nothing is left behind" no_instance

check "klp events follows" follow text
check "through tracefs, as it says" grep '^klp: following through tracefs, as ' "$scratch/text.stderr"
check "where it need not, it takes the best way that there is" takes_the_way_that_there_is
check "and another, which prints JSON" follow json --json
check "the kernel's own trace is on beside it" eval "write '' $TRACING/trace && write 1 $TRACING/events/suture/enable"
check "a task sleeps in the original" start_sleeper 1 target sleep
check "another calls itself something odd" start_odd "$ODD_NAME"
check "the patch starts" start_patch "$PATCH"
check "and waits for the task" wait_for 10 only_pending 1 "$PATCH"
check "the start is shown" wait_for 5 shown text "Z $PATCH: enabling, [1-9][0-9]* tasks? to go"
check "tasks that were asleep have moved" wait_for 5 shown text \
	"Z $PATCH: [0-9]+ \(.+\) moved to the new code while asleep, after [0-9.]+ m?s"
check "the one that cannot is shown, and where it is" wait_for 5 shown text \
	"Z $PATCH: ${sleeper[1]} \(call\) cannot move: in target_sleep of test_target"
check "shown once, however often it was tried" equal "$(grep -c " cannot move: in target_sleep" "$scratch/text")" 1
check "it is turned round" start_revert "$PATCH"
check "and completes" reverted "$PATCH"
check "the turn is shown, and the end" wait_for 5 shown text \
	"Z $PATCH: turned round: disabling, [0-9]+ tasks? to go" "Z $PATCH: disabled in [0-9.]+ m?s"
check "the kernel's own trace is off" write 0 "$TRACING/events/suture/enable"
check "as JSON, the end" wait_for 5 shown json "\"event\":\"transition_complete\".*\"patch\":\"$PATCH\",\"target\":\"unpatched\",\"duration_us\":[1-9]"
check "as JSON, who cannot move" shown json "\"pid\":${sleeper[1]},\"comm\":\"call\",\"target\":\"patched\",\"reason\":\"function\",\"function\":\"target_sleep\",\"object\":\"test_target\""
check "as JSON, the odd name as it is" grep -F "\"pid\":$odd,\"comm\":\"$ODD_NAME\",\"target\":\"patched\"" "$scratch/json"
check "each line is an object of its own" fails grep -v '^{"schema_version":1,"time":"[0-9T:.-]*Z","event":.*}$' "$scratch/json"
check "they are those that the kernel's own trace has, each once" as_the_kernel_has_them json
check "nothing was lost on the way" fails grep -F '"event":"lost"' "$scratch/json"
check "the trace is emptied" write '' "$TRACING/trace"
check "the module unloads" eval "wake_sleeper 1 0 && unload_module $PATCH"

check "SIGTERM ends it, which is no failure" ended_by TERM text 0
check "and its instance" eval "! has_instance text"
check "one follows that SIGINT reaches" follow interrupted
check "SIGINT ends it, too" ended_by INT interrupted 0
check "SIGKILL leaves an instance" eval "ended_by KILL json 137; has_instance json"
check "the next one removes it" eval "follow name --json && ! has_instance json"
check "a third is to end after so many events" follow few --count 3
check "a task has a newline in its name" eval "kill $odd; start_odd \$'c\nd'"
check "a patch comes and goes" eval "load_patch $PATCH && revert_patch $PATCH"
check "after so many events it ends" ends few 0
check "it has shown so many" equal "$(wc -l <"$scratch/few")" 3
check "the newline breaks no line" wait_for 5 grep -F "\"pid\":$odd,\"comm\":\"c\\nd\",\"target\":\"unpatched\"" "$scratch/name"
check "too few by the time it has to end are a failure" complains 1 "only 0 of 1" klp events --count 1 --timeout 1
check "without a count they are none" exits 0 klp events --timeout 0.5

check "one follows when Suture is unloaded" eval "follow last && unload_module suture"
check "and says so" eval "kill $odd; wait ${follower[name]}; ends last 1 && grep 'Suture was unloaded' $scratch/last.stderr && no_instance"
finish
