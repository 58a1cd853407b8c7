package live;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** java live.LiveServer FOLDER: serves R4 below http://127.0.0.1:PORT/fhir and says the port when it is ready. */
public final class LiveServer {

    private LiveServer() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        System.setProperty("live.database", folder.resolve("fhir").toString());
        AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext(ServerConfig.class);

        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.resolve("tomcat").toString());
        Connector connector = new Connector();
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        tomcat.setConnector(connector);
        Context root = tomcat.addContext("", null);
        Tomcat.addServlet(root, "fhir", server(beans));
        root.addServletMappingDecoded("/fhir/*", "fhir");
        tomcat.start();
        System.out.println("ready " + connector.getLocalPort());
        // The parent holds the other end of our input: its end, whatever ends it, ends us.
        while (System.in.read() >= 0) {}
        tomcat.stop();
        beans.close();
        System.exit(0);
    }

    private static RestfulServer server(AnnotationConfigApplicationContext beans) {
        FhirContext context = beans.getBean(FhirContext.class);
        // An unknown element is an error, not a warning in a log that nobody reads.
        context.setParserErrorHandler(new StrictErrorHandler());
        RestfulServer server = new RestfulServer(context);
        server.registerProviders(beans.getBean(ResourceProviderFactory.class).createProviders());
        server.registerProvider(beans.getBean(JpaSystemProvider.class));
        server.setPagingProvider(beans.getBean(DatabaseBackedPagingProvider.class));
        server.setServerConformanceProvider(new JpaCapabilityStatementProvider(
                server,
                beans.getBean(IFhirSystemDao.class),
                beans.getBean(JpaStorageSettings.class),
                beans.getBean(ISearchParamRegistry.class),
                beans.getBean(IValidationSupport.class)));
        return server;
    }
}
