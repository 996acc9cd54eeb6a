# Builds for x86_64 against a sysroot; see cross.cmake.

set(suture_triplet x86_64-linux-gnu)
set(suture_processor x86_64)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
