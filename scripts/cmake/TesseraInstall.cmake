# Headers, library, CMake package and pkg-config file. The program installs itself in runtime/tool/.

include(CMakePackageConfigHelpers)

# Private headers live in a module's internal/ folder; those of the program are private too.
foreach(module IN LISTS TESSERA_MODULES)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${module}/"
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tessera/${module}" COMPONENT development
          FILES_MATCHING PATTERN "*.h" PATTERN "internal" EXCLUDE PATTERN "tool" EXCLUDE)
endforeach()
install(FILES "${PROJECT_SOURCE_DIR}/runtime/tessera.h" "${TESSERA_INCLUDE_TREE}/tessera/version.h"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tessera" COMPONENT development)
install(TARGETS tessera EXPORT tesseraTargets
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tessera")
install(EXPORT tesseraTargets NAMESPACE tessera::
        DESTINATION "${package_folder}" COMPONENT development)
configure_package_config_file("${PROJECT_SOURCE_DIR}/scripts/cmake/tesseraConfig.cmake.in"
                              "${PROJECT_BINARY_DIR}/tesseraConfig.cmake"
                              INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tesseraConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tesseraConfig.cmake"
              "${PROJECT_BINARY_DIR}/tesseraConfigVersion.cmake"
        DESTINATION "${package_folder}" COMPONENT development)

# The prefix is found from where the file lies, so that an installed tree may be moved.
set(pkgconfig_folder "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH TESSERA_PC_PREFIX "/prefix/${pkgconfig_folder}" "/prefix")
configure_file("${PROJECT_SOURCE_DIR}/scripts/cmake/tessera.pc.in"
               "${PROJECT_BINARY_DIR}/tessera.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tessera.pc"
        DESTINATION "${pkgconfig_folder}" COMPONENT development)
