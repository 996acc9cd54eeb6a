# What a live patch's Kbuild file includes to be built against Suture:
#
#	obj-m := my-fix.o
#	include /path/to/suture/kernel/livepatch.mk
#
#	make -C /lib/modules/$(uname -r)/build M=$PWD modules
#
# It may come before or after the lines that say what is built, and more than
# once. Each folder that has sources needs it. `make patch DIR=...` puts it in
# front of Kbuild files and makefiles that know nothing of Suture.
#
# SUTURE_SYMVERS  the Module.symvers that was made along with suture.ko, for the
#                 same kernel; by default the one beside this file
# SUTURE_CONFIG   the options whose objects are modules here: existing sources say
#                 obj-$(CONFIG_SAMPLE_LIVEPATCH) += ..., which is not set, or even
#                 obj-$(CONFIG_LIVEPATCH), which is y where the kernel has its own
# SUTURE_BUILDS   files of the modules, or the vmlinux, that the patch is for, none by
#                 default: see SUTURE_PATCH_OBJECT_BUILD in suture/metadata.h

ifndef suture_livepatch_mk
suture_livepatch_mk := $(abspath $(dir $(realpath $(lastword $(MAKEFILE_LIST)))))

SUTURE_SYMVERS ?= $(suture_livepatch_mk)/Module.symvers
SUTURE_CONFIG ?= LIVEPATCH SAMPLE_LIVEPATCH TEST_LIVEPATCH

# In this makefile only, and never as a macro of C: CONFIG_LIVEPATCH changes the
# layout of the kernel's own structures.
$(foreach option,$(SUTURE_CONFIG),$(eval CONFIG_$(option) := m))

# Suture's linux/livepatch.h must be found before the kernel's own of the same
# name. ccflags-y comes after the kernel's include path and would be too late.
NOSTDINC_FLAGS += -I$(suture_livepatch_mk)/include

# A patched function that ends in a jump to another one hides itself from its
# callee's return address. On ppc64le that would also leave the table of contents
# of the wrong module in r2. Not in ccflags-y, to which others may assign later.
KBUILD_CFLAGS += -fno-optimize-sibling-calls

# Of each file its build-id, as a string: SUTURE_BUILD_ID_<module>.
suture_build_id = $(or $(shell $(suture_livepatch_mk)/../scripts/build-id $(1)),$(error $(1): no build-id))
suture_object = $(subst -,_,$(firstword $(subst ., ,$(notdir $(1)))))
$(foreach file,$(SUTURE_BUILDS),$(eval \
	KBUILD_CFLAGS += -DSUTURE_BUILD_ID_$(call suture_object,$(file))='"$(call suture_build_id,$(file))"'))

KBUILD_EXTRA_SYMBOLS += $(SUTURE_SYMVERS)

# Building, not cleaning: say now what modpost and pahole would say unclearly.
ifeq ($(filter %/Makefile.clean,$(MAKEFILE_LIST)),)
ifeq ($(wildcard $(SUTURE_SYMVERS)),)
$(error There is no $(SUTURE_SYMVERS): build suture.ko for this kernel, or set SUTURE_SYMVERS to the Module.symvers that was made with it)
endif
ifneq ($(CONFIG_DEBUG_INFO_BTF_MODULES),)
ifneq ($(wildcard $(objtree)/vmlinux),)
ifeq ($(shell command -v $(PAHOLE)),)
$(error These headers want $(PAHOLE) for the BTF of modules: install it (package dwarves), or add CONFIG_DEBUG_INFO_BTF_MODULES= to the command line of make)
endif
endif
endif
endif

endif # suture_livepatch_mk
