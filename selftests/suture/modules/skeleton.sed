# What an author does to the source that `klp new` made, to replace cmdline_proc_show().
/^#define UNFINISHED/d
s|^#include <linux/module.h>|&\n#include <linux/seq_file.h>|
s|^static void patched_cmdline_proc_show(void)|static int patched_cmdline_proc_show(struct seq_file *m, void *v)|
/^static int patched_/,/^}/s|^{|&\n\tseq_puts(m, "the skeleton came to life\\n");\n\treturn 0;|
