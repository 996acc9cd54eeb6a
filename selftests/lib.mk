# SPDX-License-Identifier: GPL-2.0
# Stands in for the kernel's tools/testing/selftests/lib.mk, which is not at hand where the selftests
# are built in Suture's tree: it builds and installs what the Makefile of a collection lists, by the
# same names and with the same result. It knows only what the collection here has.

CC := $(CROSS_COMPILE)gcc
OUTPUT ?= $(CURDIR)

TEST_GEN_PROGS_EXTENDED := $(TEST_GEN_PROGS_EXTENDED:%=$(OUTPUT)/%)
TEST_GEN_FILES := $(TEST_GEN_FILES:%=$(OUTPUT)/%)

.DELETE_ON_ERROR:
.PHONY: all gen_mods_dir clean_mods_dir install emit_tests clean
all: $(TEST_GEN_PROGS_EXTENDED) $(TEST_GEN_FILES) gen_mods_dir

gen_mods_dir:
	$(MAKE) -C $(TEST_GEN_MODS_DIR)

clean_mods_dir:
	$(MAKE) -C $(TEST_GEN_MODS_DIR) clean

$(OUTPUT)/%: %.c $(LOCAL_HDRS)
	$(CC) $(CFLAGS) $(USERCFLAGS) $(LDFLAGS) $(filter-out $(LOCAL_HDRS),$^) $(LDLIBS) -o $@

define INSTALL_MODS_RULE
	install -d $(INSTALL_PATH)/$(TEST_GEN_MODS_DIR)
	install -m 644 $(TEST_GEN_MODS_DIR)/*.ko $(INSTALL_PATH)/$(TEST_GEN_MODS_DIR)
endef

install: all
ifdef INSTALL_PATH
	install -d $(INSTALL_PATH)
	install -m 755 $(TEST_PROGS) $(TEST_GEN_PROGS_EXTENDED) $(INSTALL_PATH)
	install -m 644 $(TEST_FILES) $(wildcard config settings) $(INSTALL_PATH)
	cp -r $(TEST_GEN_FILES) $(INSTALL_PATH)
	$(INSTALL_MODS_RULE)
else
	$(error Set INSTALL_PATH to say where to)
endif

emit_tests:
	@printf '$(COLLECTION):%s\n' $(TEST_PROGS)

clean: clean_mods_dir
	rm -rf $(TEST_GEN_PROGS_EXTENDED) $(TEST_GEN_FILES)
