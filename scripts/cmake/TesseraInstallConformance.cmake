# The conformance kit: its library, the simulator's headers under their installed names, the component
# `conformance` of the CMake package, and a pkg-config file.

install(DIRECTORY "${PROJECT_SOURCE_DIR}/tests/sim/"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tessera/conformance" COMPONENT development
        FILES_MATCHING PATTERN "*.h")
install(TARGETS tessera_sim_library EXPORT tesseraConformanceTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
install(EXPORT tesseraConformanceTargets NAMESPACE tessera::
        DESTINATION "${package_folder}" COMPONENT development)

configure_file("${PROJECT_SOURCE_DIR}/scripts/cmake/tessera-conformance.pc.in"
               "${PROJECT_BINARY_DIR}/tessera-conformance.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tessera-conformance.pc"
        DESTINATION "${pkgconfig_folder}" COMPONENT development)
