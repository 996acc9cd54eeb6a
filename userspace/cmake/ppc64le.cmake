# Builds for ppc64le against a sysroot; see cross.cmake.

set(suture_triplet powerpc64le-linux-gnu)
set(suture_processor ppc64le)
include(${CMAKE_CURRENT_LIST_DIR}/cross.cmake)
